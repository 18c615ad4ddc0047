package avroschema

// Least is the least number of bytes that a value of the schema takes: what a count of items is held
// against.
func Least(s *Schema) int {
	if s.Kind < Array { // without a map
		return least(s, nil)
	}
	return least(s, map[*Schema]int{})
}

// leastBytes are those of types without parts.
var leastBytes = [...]int{Null: 0, Boolean: 1, Int: 1, Long: 1, Float: 4, Double: 8, Bytes: 1, String: 1, Array: 1, Map: 1, Enum: 1}

func least(s *Schema, known map[*Schema]int) int {
	switch s.Kind {
	case Fixed:
		return s.Size
	case Union:
		n := maxFixed
		for _, b := range s.Branches {
			n = min(n, least(b, known))
		}
		if len(s.Branches) == 0 {
			n = 0
		}
		return 1 + n
	case Record:
		if n, ok := known[s]; ok {
			return n
		}
		known[s] = 0 // within itself
		n := 0
		for _, f := range s.Fields {
			n = min(n+least(f.Type, known), maxFixed)
		}
		known[s] = n
		return n
	}
	return leastBytes[s.Kind]
}
