package graph

// CutKey is the type of a windowed table's key together with its window, or session.
func (n *Node) CutKey() string {
	if n.Sessions {
		return "Sessioned[" + n.KeyType + "]"
	}
	return "Windowed[" + n.KeyType + "]"
}

// cutCodec names the codec of keys together with their windows, which a windowed table's own
// store has.
func (s *Step) cutCodec(key Codec) Codec {
	args := "[" + TypeName(s.KeyType) + "," + TypeName(string(key)) + "]"
	if s.Sessions {
		return Codec("SessionWindowedCodec" + args)
	}
	return Codec("TimeWindowedCodec" + args)
}

// IsAggregation says whether the operator aggregates a grouped stream, into windows when it is
// Windowed.
func IsAggregation(op Op) bool { return op == Count || op == Reduce || op == Aggregate }

// Cut is the aggregation that made the windows of a windowed table.
func (r *Resolved) Cut(table int) *Step {
	s := r.Steps[table]
	for !IsAggregation(s.Op) && len(s.In) > 0 {
		s = r.Steps[s.In[0]]
	}
	return s
}
