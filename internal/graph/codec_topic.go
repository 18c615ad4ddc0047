package graph

// CodecTopic is the topic whose keys and values the codecs of a step write, which those of a Schema
// Registry are bound to: what the step writes itself, else the changelog of the store that it keeps or
// looks into.
func (r *Resolved) CodecTopic(step int) CodecTopic {
	s := r.Steps[step]
	switch s.Op {
	case Sink, Source, GlobalTable, GlobalStore:
		return CodecTopic{Name: s.Topic, Routed: s.Routed}
	case Repartition:
		return CodecTopic{Name: s.Topic, Repartition: true}
	case Side:
		j := r.Steps[s.Join]
		at := 0
		if s.Right && len(j.Stores) > 1 {
			at = 1
		}
		if len(j.Stores) > at {
			return r.changelog(j.Stores[at])
		}
	case JoinStream, LeftStream, OuterStream:
		if len(s.Stores) > 0 {
			return r.changelog(s.Stores[0])
		}
	case TableGroupBy:
		for _, out := range s.Out {
			if r.Steps[out].Op == Repartition {
				return r.CodecTopic(out)
			}
		}
	}
	if s.Store >= 0 {
		return r.changelog(s.Store)
	}
	if s.Op == Table {
		return CodecTopic{Name: s.Topic}
	}
	if len(s.In) > 0 {
		return r.CodecTopic(s.In[0])
	}
	return CodecTopic{}
}

// CodecTopic is a topic by its kind: the names of internal ones lack application id and suffix. A
// plain value.
type CodecTopic struct {
	Name        string
	Repartition bool
	Changelog   bool
	Routed      bool // each record chooses its topic
}

func (r *Resolved) changelog(store int) CodecTopic {
	return CodecTopic{Name: r.Stores[store].Name, Changelog: true}
}

// Full is the topic's name in the cluster.
func (t CodecTopic) Full(application string) string {
	switch {
	case t.Repartition:
		return application + "-" + t.Name + "-repartition"
	case t.Changelog:
		return application + "-" + t.Name + "-changelog"
	}
	return t.Name
}
