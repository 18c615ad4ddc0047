package runtime

import (
	"bufio"
	"math"
	"os"
	"path"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/runtime/internal/poll"
)

// memoryProperty is the one number that bounds the process.
const memoryProperty = "streamgen.memory.max.bytes"

// memory finds out how much memory the process may take: what the property says, else
// GOMEMLIMIT, else three quarters of the control group's limit (the rest is for what the kernel
// counts there too, pages of files above all), else a quarter of the machine's, 2 GiB at
// most.
func memory(asked int64, files func(string) ([]byte, error)) poll.Memory {
	if asked > 0 {
		return poll.Memory{Total: asked, Of: memoryProperty, Asked: true}
	}
	if limit := debug.SetMemoryLimit(-1); os.Getenv("GOMEMLIMIT") != "" && limit != math.MaxInt64 {
		return poll.Memory{Total: limit, Of: "GOMEMLIMIT"}
	}
	machine := physical(files)
	if limit := group(files); limit < machine {
		return poll.Memory{Total: limit / 4 * 3, Of: "three quarters of the control group's memory"}
	}
	if machine == math.MaxInt64 {
		return poll.Memory{Total: 2 << 30, Of: "the default memory"}
	}
	return poll.Memory{Total: min(machine/4, 2<<30), Of: "a quarter of the machine's memory"}
}

// group is the least limit of the process's control group and those around it, of version 2 or 1.
func group(files func(string) ([]byte, error)) int64 {
	limit := int64(math.MaxInt64)
	own, err := files("/proc/self/cgroup")
	if err != nil {
		return limit
	}
	for line := range strings.Lines(string(own)) {
		hierarchy, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, dir, _ := strings.Cut(rest, ":")
		root, name := "/sys/fs/cgroup", "memory.max"
		switch {
		case hierarchy == "0" && controllers == "":
		case strings.Contains(","+controllers+",", ",memory,"):
			root, name = "/sys/fs/cgroup/memory", "memory.limit_in_bytes"
		default:
			continue
		}
		// In a container the group's own directory is often mounted as the root.
		for at := path.Join("/", dir); ; at = path.Dir(at) {
			if text, err := files(path.Join(root, at, name)); err == nil {
				if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && n > 0 { // else "max"
					limit = min(limit, n)
				}
			}
			if at == "/" {
				break
			}
		}
	}
	return limit
}

// physical is the machine's memory; MaxInt64 where it is not known.
func physical(files func(string) ([]byte, error)) int64 {
	text, err := files("/proc/meminfo")
	if err != nil {
		return math.MaxInt64
	}
	for lines := bufio.NewScanner(strings.NewReader(string(text))); lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) >= 2 && f[0] == "MemTotal:" {
			if kib, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				return kib << 10
			}
		}
	}
	return math.MaxInt64
}

// guard tells the garbage collector its limit, unless GOMEMLIMIT has: near it, it works harder
// rather than let the process grow. The pages of the program itself and what the collector is
// late by are not in its count. It holds for the whole process.
func guard(m poll.Memory) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(max(m.Total-m.Total/8-(24<<20), m.Total/2))
	}
}
