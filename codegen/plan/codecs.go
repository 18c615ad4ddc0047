package plan

// StoreCodecs are those of store i, of the key without its window; nil where none are known, as for
// what joins keep.
func (t *Task) StoreCodecs(i int) (key, val *Codec) {
	if h := t.Stores[i].Handle; h != nil {
		return h.Key, h.Val
	}
	for _, k := range t.Kernels {
		if k.Store == i {
			return k.KeyCodec, k.AggCodec
		}
	}
	return nil, nil
}

// Tail is how many bytes behind the inner key a codec of windowed keys writes.
func (c *Codec) Tail() int {
	switch c.Kind {
	case "time-windowed":
		return 8
	case "session-windowed":
		return 16
	}
	return 0
}
