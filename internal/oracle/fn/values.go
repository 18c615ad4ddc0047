package fn

// ValueLetters makes a record of each byte of the value.
func ValueLetters[K any](k K, v string) []string {
	var out []string
	for i := range len(v) {
		out = append(out, v[i:i+1])
	}
	return out
}

// Down makes the number and the one below it, nothing of numbers below one.
func Down[K any](k K, v int64) []int64 {
	if v < 1 {
		return nil
	}
	return []int64{v, v - 1}
}

// Marks is the key once or twice.
func Marks(k string, v int64) []string {
	if v%2 == 0 {
		return []string{k}
	}
	return []string{k, k + "!"}
}
