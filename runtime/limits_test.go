package runtime

import (
	"io/fs"
	"runtime/debug"
	"testing"
)

// The memory is what the property says, else GOMEMLIMIT, else three quarters of the control group's,
// version 2 or 1, at whatever height it is set, else a quarter of the machine's.
func TestMemoryIsFound(t *testing.T) {
	t.Setenv("GOMEMLIMIT", "")
	machine := "MemTotal:       16777216 kB\nMemFree: 1 kB\n"
	for name, c := range map[string]struct {
		asked int64
		files map[string]string
		want  int64
		of    string
	}{
		"asked":     {asked: 123 << 20, files: map[string]string{"/proc/meminfo": machine}, want: 123 << 20, of: memoryProperty},
		"machine":   {files: map[string]string{"/proc/meminfo": machine}, want: 2 << 30, of: "a quarter of the machine's memory"},
		"small":     {files: map[string]string{"/proc/meminfo": "MemTotal: 2097152 kB\n"}, want: 512 << 20, of: "a quarter of the machine's memory"},
		"unknown":   {want: 2 << 30, of: "the default memory"},
		"unlimited": {files: map[string]string{"/proc/meminfo": machine, "/proc/self/cgroup": "0::/a\n", "/sys/fs/cgroup/a/memory.max": "max\n"}, want: 2 << 30, of: "a quarter of the machine's memory"},
		"v2": {files: map[string]string{"/proc/meminfo": machine, "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/memory.max": "max\n",
			"/sys/fs/cgroup/a/memory.max": "1073741824\n"}, want: 768 << 20, of: "three quarters of the control group's memory"},
		"v2 in a container": {files: map[string]string{"/proc/meminfo": machine, "/proc/self/cgroup": "0::/docker/x\n", "/sys/fs/cgroup/memory.max": "536870912\n"},
			want: 384 << 20, of: "three quarters of the control group's memory"},
		"v1": {files: map[string]string{"/proc/meminfo": machine, "/proc/self/cgroup": "5:cpu,cpuacct:/y\n4:memory:/y\n", "/sys/fs/cgroup/memory/y/memory.limit_in_bytes": "268435456\n"},
			want: 192 << 20, of: "three quarters of the control group's memory"},
		"v1 unlimited": {files: map[string]string{"/proc/meminfo": machine, "/proc/self/cgroup": "4:memory:/\n", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"},
			want: 2 << 30, of: "a quarter of the machine's memory"},
	} {
		m := memory(c.asked, func(name string) ([]byte, error) {
			if text, ok := c.files[name]; ok {
				return []byte(text), nil
			}
			return nil, fs.ErrNotExist
		})
		if m.Total != c.want || m.Of != c.of || m.Asked != (c.asked > 0) {
			t.Errorf("%s: %+v, want %d of %s", name, m, c.want, c.of)
		}
	}
	t.Setenv("GOMEMLIMIT", "99MiB")
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(99 << 20))
	if m := memory(0, func(string) ([]byte, error) { return nil, fs.ErrNotExist }); m.Total != 99<<20 || m.Of != "GOMEMLIMIT" {
		t.Errorf("with GOMEMLIMIT: %+v", m)
	}
}
