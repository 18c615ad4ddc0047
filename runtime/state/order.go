package state

import (
	"bytes"
	"slices"
)

// order keeps refs of an index in the order of their keys, for stores that are scanned.
// Nothing is kept before the first scan, and additions wait until the next one, so that
// stores which are only looked up pay one branch per first change. It is a list of sorted
// runs of up to orderRun refs: an insertion moves at most that many, a split moves the list
// of runs, which is shorter by that factor. A sort per scan would make a store that is
// scanned at every record quadratic in what it has changed since the last commit.
type order struct {
	runs    [][]uint32 // ascending, none empty
	pending []uint32   // added since the last sync, in any order
	n       int        // refs in runs
	active  bool
}

const orderRun = 256

// add notes a ref that is not there.
func (o *order) add(ref uint32) {
	if o.active {
		o.pending = append(o.pending, ref)
	}
}

// reset forgets all refs.
func (o *order) reset() { o.runs, o.pending, o.n = nil, o.pending[:0], 0 }

// sync takes in what was added.
//
//go:noinline
func (o *order) sync(x *Index) {
	if len(o.pending)*4 > o.n {
		o.rebuild(x)
	} else {
		for _, ref := range o.pending {
			o.insert(x, ref)
		}
	}
	o.pending = o.pending[:0]
}

func (o *order) rebuild(x *Index) {
	all := slices.Concat(slices.Concat(o.runs...), o.pending)
	slices.SortFunc(all, func(a, b uint32) int { return bytes.Compare(x.Key(a), x.Key(b)) })
	o.runs, o.n = nil, len(all)
	for len(all) > 0 {
		n := min(len(all), orderRun/2)
		o.runs = append(o.runs, append(make([]uint32, 0, orderRun), all[:n]...))
		all = all[n:]
	}
}

func (o *order) insert(x *Index, ref uint32) {
	at := o.seek(x, x.Key(ref))
	if at.run == len(o.runs) { // behind everything: extend the last run
		if at.run == 0 {
			o.runs, o.n = [][]uint32{append(make([]uint32, 0, orderRun), ref)}, 1
			return
		}
		at.run--
		at.i = len(o.runs[at.run])
	}
	r := slices.Insert(o.runs[at.run], at.i, ref)
	o.runs[at.run] = r
	o.n++
	if len(r) == orderRun {
		half := append(make([]uint32, 0, orderRun), r[orderRun/2:]...)
		o.runs[at.run] = r[:orderRun/2]
		o.runs = slices.Insert(o.runs, at.run+1, half)
	}
}

// remove takes a ref out; its key must still be in the index.
func (o *order) remove(x *Index, ref uint32) {
	if !o.active {
		return
	}
	o.sync(x)
	at := o.seek(x, x.Key(ref))
	r := slices.Delete(o.runs[at.run], at.i, at.i+1)
	o.runs[at.run] = r
	o.n--
	if len(r) == 0 {
		o.runs = slices.Delete(o.runs, at.run, at.run+1)
	}
}

// place is a position in an order; it is valid until the order changes.
type place struct{ run, i int }

// seek returns the place of the first ref whose key is not below key.
func (o *order) seek(x *Index, key []byte) place {
	run, _ := slices.BinarySearchFunc(o.runs, key, func(r []uint32, k []byte) int {
		return bytes.Compare(x.Key(r[len(r)-1]), k)
	})
	if run == len(o.runs) {
		return place{run, 0}
	}
	i, _ := slices.BinarySearchFunc(o.runs[run], key, func(ref uint32, k []byte) int {
		return bytes.Compare(x.Key(ref), k)
	})
	return place{run, i}
}

// at returns the ref at p, 0 at the end.
func (o *order) at(p place) uint32 {
	if p.run == len(o.runs) {
		return 0
	}
	return o.runs[p.run][p.i]
}

func (o *order) next(p place) place {
	if p.i++; p.i == len(o.runs[p.run]) {
		return place{p.run + 1, 0}
	}
	return p
}

// below calls visit for the refs from p on whose keys are below to (nil: open end) until
// visit returns false, and returns the place behind the last one visited.
func (o *order) below(x *Index, p place, to []byte, visit func(ref uint32) bool) place {
	for ref := o.at(p); ref != 0 && (to == nil || bytes.Compare(x.Key(ref), to) < 0); ref = o.at(p) {
		p = o.next(p)
		if !visit(ref) {
			break
		}
	}
	return p
}
