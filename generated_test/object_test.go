package gentest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// An object file of the Go compiler, as cmd/internal/goobj describes it: as much of it as it
// takes to see which function calls which. go tool objdump tells the same, and spends seconds
// on a package that takes milliseconds here.
const (
	objectMagic  = "\x00go120ld"
	objectBlocks = 19
)

// Blocks, by their place in the header.
const (
	symbolDefs = 3 + iota
	hashed64Defs
	hashedDefs
	nonPackageDefs
	nonPackageRefs
)

const (
	relocIndex = 11
	relocs     = 14
	refNames   = 17
)

// Package indices with a meaning of their own.
const (
	noPackage = 1<<31 - 1 - iota
	hashed64
	hashed
	builtin
	self
)

// Relocations, as cmd/internal/objabi numbers them.
const (
	relocCall      = 7
	relocCallARM64 = 9
	relocCallInd   = 10
)

const (
	symbolBytes = 21
	relocBytes  = 23
	refBytes    = 16
)

var errTruncated = errors.New("the object file ends early, or has another format than go1.27's")

// object is an object file in memory.
type object struct {
	data    []byte
	offsets [objectBlocks]uint32
	foreign map[[2]uint32]string // names of symbols of other packages
}

// openObject finds the object file in an archive of the build cache.
func openObject(archive []byte) (o *object, err error) {
	at := bytes.Index(archive, []byte(objectMagic))
	if at < 0 {
		return nil, errors.New("no object file of the known format")
	}
	o = &object{data: archive[at:], foreign: map[[2]uint32]string{}}
	const offsets = len(objectMagic) + 8 + 4
	if len(o.data) < offsets+4*objectBlocks {
		return nil, errTruncated
	}
	for i := range o.offsets {
		o.offsets[i] = o.uint32(uint32(offsets + 4*i))
	}
	if int(o.offsets[objectBlocks-1]) > len(o.data) || !slices.IsSorted(o.offsets[:]) {
		return nil, errTruncated
	}
	for i := range o.count(refNames, refBytes) {
		p := o.offsets[refNames] + i*refBytes
		o.foreign[[2]uint32{o.uint32(p), o.uint32(p + 4)}] = o.text(p + 8)
	}
	return o, nil
}

func (o *object) uint32(at uint32) uint32 { return binary.LittleEndian.Uint32(o.data[at:]) }

// text reads a string reference: length and offset.
func (o *object) text(at uint32) string {
	n, from := o.uint32(at), o.uint32(at+4)
	return string(o.data[from : from+n])
}

func (o *object) count(block int, size uint32) uint32 {
	return (o.offsets[block+1] - o.offsets[block]) / size
}

// symbol is the name of a reference, empty for the runtime's own.
func (o *object) symbol(pkg, i uint32) string {
	block := map[uint32]int{noPackage: nonPackageDefs, hashed64: hashed64Defs, hashed: hashedDefs, self: symbolDefs}[pkg]
	if block == 0 {
		return o.foreign[[2]uint32{pkg, i}]
	}
	return o.text(o.offsets[block] + i*symbolBytes) // definitions without package overflow into the references
}

// calls tells of each defined symbol what it calls, and how often it does so indirectly.
func (o *object) calls(see func(name string, calls []string, indirect int)) {
	n := (o.offsets[nonPackageRefs] - o.offsets[symbolDefs]) / symbolBytes
	for i := range n {
		var calls []string
		indirect := 0
		index := o.offsets[relocIndex] + 4*i
		for r := o.uint32(index); r < o.uint32(index+4); r++ {
			p := o.offsets[relocs] + r*relocBytes
			switch binary.LittleEndian.Uint16(o.data[p+5:]) {
			case relocCall, relocCallARM64:
				if name := o.symbol(o.uint32(p+15), o.uint32(p+19)); name != "" {
					calls = append(calls, name)
				}
			case relocCallInd:
				indirect++
			}
		}
		see(o.text(o.offsets[symbolDefs]+i*symbolBytes), calls, indirect)
	}
}

// TestObjectsReadAsObjdumpDoes: the reader sees the calls that the toolchain's own tool prints.
func TestObjectsReadAsObjdumpDoes(t *testing.T) {
	for _, arch := range []string{"amd64", "arm64"} {
		archive := archives(t, arch, []string{module + "runtime/state"})[module+"runtime/state"]
		text, err := exec.Command("go", "tool", "objdump", archive).Output()
		if err != nil {
			t.Fatal(err)
		}
		want, name := map[string]int{}, ""
		for line := range strings.Lines(string(text)) {
			if of, ok := strings.CutPrefix(line, "TEXT "); ok {
				name = of[:strings.LastIndex(of, "(SB) ")]
			}
			if strings.Contains(line, "R_CALLIND") {
				want[name+" calls indirectly"]++
			} else if m := called.FindStringSubmatch(line); m != nil && !strings.HasPrefix(m[1], "runtime.") { // the runtime's own have numbers for names
				want[name+" calls "+m[1]]++
			}
		}
		data, err := os.ReadFile(archive)
		if err != nil {
			t.Fatal(err)
		}
		o, err := openObject(data)
		if err != nil {
			t.Fatal(err)
		}
		have := map[string]int{}
		o.calls(func(name string, calls []string, indirect int) {
			for _, to := range calls {
				have[name+" calls "+to]++
			}
			if indirect > 0 {
				have[name+" calls indirectly"] += indirect
			}
		})
		if len(want) < 100 {
			t.Fatalf("objdump prints %d calls", len(want))
		}
		wrong := 0
		for call, n := range want {
			if have[call] < n {
				if wrong++; wrong < 10 {
					t.Errorf("%s: %s %d times, read %d", arch, call, n, have[call])
				}
			}
		}
	}
}

var called = regexp.MustCompile(`R_CALL(?:ARM64)?:([^\t]+?)(?:<1>)?\s*$`)

// whereIndirect lists the source lines of a function's indirect calls.
func whereIndirect(archive, name string) string {
	out, err := exec.Command("go", "tool", "objdump", "-s", "^"+regexp.QuoteMeta(name)+"$", archive).Output()
	if err != nil {
		return fmt.Sprintf("(%v)", err)
	}
	var at []string
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "R_CALLIND") {
			at = append(at, strings.Fields(line)[0])
		}
	}
	return strings.Join(slices.Compact(at), ", ")
}
