package judge

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/runtime/gen"
	"github.com/streamgen/streamgen/runtime/store"
)

type storeSpec = gen.Store

// Retentions in milliseconds: of the application's windows, size plus grace; of its join, what
// lies before and after plus grace.
const (
	grace           = 24 * 60 * 60 * 1000
	windowRetention = windowSize + grace
	joinRetention   = 2*near + grace
)

// subtopologies are the application's stores as its topology declares them, by
// sub-topology.
var subtopologies = [][]storeSpec{
	{{Name: "pages", Logged: true}, {Name: "untold", Logged: true}},
	{
		{Name: "sums", Timestamped: true, Logged: true},
		{Name: "windows", Window: true, Timestamped: true, Retention: windowRetention, Segment: windowRetention / 2, Logged: true},
		{Name: "pairs-this-join-store", Window: true, Duplicates: true, Retention: joinRetention, Segment: joinRetention / 2, Logged: true},
		{Name: "pairs-other-join-store", Window: true, Duplicates: true, Retention: joinRetention, Segment: joinRetention / 2, Logged: true},
	},
}

// specs are the stores by name.
var specs = func() map[string]storeSpec {
	m := map[string]storeSpec{}
	for _, sub := range subtopologies {
		for _, s := range sub {
			m[s.Name] = s
		}
	}
	return m
}()

// DumpCopy reads all stores under an application's state folder. It reads a copy, made in
// scratch, so that the scene of a crash stays as it is for the application to come back to.
// A folder that is not there yet holds nothing.
func DumpCopy(dir, application, scratch, when string) ([]Dump, error) {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	work, err := os.MkdirTemp(scratch, "dump-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	if err := os.CopyFS(filepath.Join(work, "state"), os.DirFS(dir)); err != nil {
		return nil, fmt.Errorf("copy of the state: %w", err)
	}
	return DumpDisk(nil, filepath.Join(work, "state"), application, when)
}

// DumpDisk reads all stores under an application's state folder on a disk; nil is the
// machine's. What a process that died left open there is cleared up as a restart would.
func DumpDisk(disk *store.Disk, dir, application, when string) ([]Dump, error) {
	p, err := store.OpenProcess(dir, store.Options{Application: application, Disk: disk})
	if err != nil {
		return nil, err
	}
	ids, err := p.Tasks()
	var all []Dump
	for _, id := range ids {
		dumps, terr := dumpTask(p, id, when)
		all, err = append(all, dumps...), errors.Join(err, terr)
	}
	return all, errors.Join(err, p.Close())
}

func dumpTask(p *store.Process, id, when string) (all []Dump, err error) {
	sub, part, _ := strings.Cut(id, "_")
	i, err := strconv.Atoi(sub)
	if err != nil || i >= len(subtopologies) {
		return nil, fmt.Errorf("task %s is of no known sub-topology", id)
	}
	partition, err := strconv.Atoi(part)
	if err != nil {
		return nil, err
	}
	t, err := p.OpenTask(id, subtopologies[i])
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	if damaged, _ := filepath.Glob(filepath.Join(p.Dir(), "*.damaged")); len(damaged) > 0 {
		return nil, fmt.Errorf("task %s: its database was damaged: %s", id, damaged)
	}
	for n, s := range subtopologies[i] {
		d := Dump{When: when, Store: s.Name, Partition: int32(partition), Rows: map[string]string{}}
		d.Next, _ = t.Offset(n)
		if err := t.Backend(n).Scan(nil, nil, func(key, value []byte) bool {
			d.Rows[string(key)] = string(value)
			return true
		}); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}
