package answer

import (
	"bytes"
	"context"
	"slices"

	"github.com/streamgen/streamgen/runtime/query"
	"github.com/streamgen/streamgen/runtime/state"
)

// ofGlobal answers from a global table or store, which every instance has whole.
func (s *Service) ofGlobal(p *place, r query.Request) (query.Cursor, error) {
	if g := s.group(); g == nil {
		return nil, query.Errorf(query.NotPresent, r.Store, "the application has not started, or has stopped")
	}
	if len(r.AtLeast) > 0 || len(r.Partitions) > 0 {
		return nil, query.Errorf(query.Unsupported, r.Store, "a global table has neither positions nor partitions that could be asked for")
	}
	if p.global.Rows == nil && p.global.Table == nil {
		return nil, query.Errorf(query.Unsupported, r.Store, "its values are decoded by a codec that is bound to the topic, which queries do not have; follow the topic instead")
	}
	sc := newScope(p, r)
	return &global{sc: sc, from: sc.from, to: sc.to, done: sc.empty}, nil
}

// global is the rows of a global table or store. Each page is read under the lock; records that
// are taken in between two pages show in the second.
type global struct {
	sc       *scope
	from, to []byte
	done     bool
	keys     [][]byte // of a table, in order, once asked for
	listed   bool
	given    int
	count    int64
}

// Info implements query.Cursor.
func (*global) Info() query.Info { return query.Info{} }

// Close implements query.Cursor.
func (g *global) Close() { g.done = true }

// Next implements query.Cursor.
func (g *global) Next(ctx context.Context) (rows []query.Row, err error) {
	r := &g.sc.r
	for !g.done {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if rows, err = g.read(); err != nil {
			return nil, query.Errorf(query.Failed, g.sc.p.name, "%v", err)
		}
		if r.Count {
			g.count += int64(len(rows))
			if g.done {
				return []query.Row{{Timestamp: g.count, Partition: -1}}, nil
			}
			continue
		}
		if r.Limit > 0 && g.given+len(rows) >= r.Limit {
			rows, g.done = rows[:r.Limit-g.given], true
		}
		g.given += len(rows)
		if len(rows) > 0 {
			return rows, nil
		}
	}
	return nil, nil
}

func (g *global) read() (rows []query.Row, err error) {
	p := g.sc.p.global
	p.Lock.RLock()
	defer p.Lock.RUnlock()
	add := func(key, raw []byte) error {
		value, ts, err := state.CutStored(raw, g.sc.p.Timestamped)
		rows = append(rows, query.Row{Key: bytes.Clone(key), Value: append([]byte{}, value...), Timestamp: ts, Partition: -1})
		return err
	}
	if g.sc.r.One {
		g.done = true
		get := func(key []byte) ([]byte, bool, error) { return p.Rows.Get(key) }
		if p.Rows == nil {
			get = p.Table.Get
		}
		raw, ok, err := get(g.sc.r.Row)
		if err == nil && ok {
			err = add(g.sc.r.Row, raw)
		}
		return rows, err
	}
	g.list()
	if len(g.keys) == 0 {
		g.done = true
		return nil, nil
	}
	size := 0
	for len(g.keys) > 0 && len(rows) < pageRows && size < pageBytes {
		key := g.keys[0]
		g.keys = g.keys[1:]
		get := func(key []byte) ([]byte, bool, error) { return p.Rows.Get(key) }
		if p.Rows == nil {
			get = p.Table.Get
		}
		raw, ok, err := get(key)
		if err != nil {
			return nil, err
		}
		if ok { // else it went between two pages
			if err := add(key, raw); err != nil {
				return nil, err
			}
			size += len(key) + len(raw)
		}
	}
	g.done = len(g.keys) == 0
	return rows, nil
}

// list notes the keys of the range in order.
func (g *global) list() {
	if g.listed {
		return
	}
	g.listed = true
	in := func(key []byte) {
		if bytes.Compare(key, g.from) >= 0 && (g.to == nil || bytes.Compare(key, g.to) < 0) {
			g.keys = append(g.keys, bytes.Clone(key))
		}
	}
	p := g.sc.p.global
	if p.Rows != nil {
		_ = p.Rows.Scan(g.from, g.to, func(key, _ []byte) bool { in(key); return true }) // a Shared reports nothing
	} else {
		p.Table.Keys(in)
		slices.SortFunc(g.keys, bytes.Compare)
	}
	if g.sc.r.Reverse {
		slices.Reverse(g.keys)
	}
}
