package graph

import "slices"

// IsTable says whether what leaves an operator is a table's changes, windowed or not.
func IsTable(op Op) bool {
	switch op {
	case Table, ToTable, TableFilter, TableMapValues, TableJoin, TableLeftJoin, TableOuterJoin, Count, Reduce, Aggregate:
		return true
	}
	return fromTable(op)
}

// IsTableJoin says whether the operator joins two tables.
func IsTableJoin(op Op) bool { return op == TableJoin || op == TableLeftJoin || op == TableOuterJoin }

// fromTable says whether the operator aggregates the changes of a grouped table.
func fromTable(op Op) bool { return op == TableCount || op == TableReduce || op == TableAggregate }

// keeps says whether the step has a store of its own in its task.
func (s *Step) keeps() bool { return s.Store >= 0 && !IsGlobal(s.Op) }

// tables decides which tables keep a store and which send old values, in the order of the
// calls: what an operator asks of a table above it, it asks when it is declared, as in
// Kafka Streams (KTableImpl.enableSendingOldValues and valueGetterSupplier), whose filter
// takes old values only from a table that is materialised by then.
func (p *resolver) tables() {
	steps := p.r.Steps
	for _, s := range steps {
		switch s.Op {
		case Table, ToTable:
			s.store, s.Store = s.Store, -1
			if !p.r.Stores[s.store].Optional {
				s.Store = s.store
			}
		case TableFilter:
			s.SendOld = p.sendOld(steps[s.In[0]], false)
		case TableGroupBy:
			p.sendOld(steps[s.In[0]], true)
		case JoinTable, LeftTable:
			p.view(steps[s.Global])
		case TableJoin, TableLeftJoin, TableOuterJoin:
			if s.Op != TableJoin {
				p.sendOld(steps[s.In[0]], true)
			}
			if s.Op == TableOuterJoin {
				p.sendOld(steps[s.In[1]], true)
			}
			p.view(steps[s.In[0]])
			p.view(steps[s.In[1]])
		}
	}
}

// sendOld makes a table send old values with its changes and says whether it does. A
// source that is not materialised is only where force asks for it.
func (p *resolver) sendOld(s *Step, force bool) bool {
	switch s.Op {
	case Table, ToTable:
		if !force && s.Store < 0 {
			return false
		}
		s.Store, s.SendOld = s.store, true
	case TableFilter, TableMapValues:
		s.SendOld = s.Store >= 0 || p.sendOld(p.r.Steps[s.In[0]], force) || s.SendOld
		return s.SendOld
	case TableJoin, TableLeftJoin, TableOuterJoin:
		p.sendOld(p.r.Steps[s.In[0]], true)
		p.sendOld(p.r.Steps[s.In[1]], true)
		s.SendOld = true
	default:
		s.SendOld = true
	}
	return true
}

// view makes a table ready to be looked up by key: in its own store, or computed from the
// tables above it.
func (p *resolver) view(s *Step) {
	switch s.Op {
	case Table, ToTable:
		s.Store = s.store
	case TableFilter, TableMapValues, TableJoin, TableLeftJoin, TableOuterJoin:
		if s.Store < 0 {
			for _, in := range s.In {
				p.view(p.r.Steps[in])
			}
		}
	}
}

// ViewStores are the stores that a look-up in a table reads, by index.
func (r *Resolved) ViewStores(table int) []int {
	s := r.Steps[table]
	if s.Store >= 0 {
		return []int{s.Store}
	}
	var out []int
	for _, in := range s.In {
		out = append(out, r.ViewStores(in)...)
	}
	return out
}

// nullKeys marks the repartitions that a left or outer join is anywhere below.
func (p *resolver) nullKeys() {
	relaxed := make([]bool, len(p.r.Steps))
	order := p.order()
	for i := len(order) - 1; i >= 0; i-- {
		s := order[i]
		s.NullKeys = s.Op == Repartition && !s.SendOld && relaxed[s.ID]
		if relaxed[s.ID] || s.Op == LeftGlobal || s.Op == LeftTable || s.Op == LeftStream || s.Op == OuterStream {
			for _, in := range s.In {
				relaxed[in] = true
			}
		}
	}
}

// JoinsRight says whether the i-th of the steps after step is a join of tables on whose right
// side it enters. A table joined with itself enters on the left first.
func (r *Resolved) JoinsRight(step, i int) bool {
	s := r.Steps[step]
	c := r.Steps[s.Out[i]]
	return c.In[0] != step || slices.Index(s.Out, c.ID) < i
}
