package fn

// Sum adds.
func Sum[K any](k K, v, old int64) int64 { return old + v }

// Max keeps the larger.
func Max[K any](k K, v, old int64) int64 { return max(old, v) }

// Last keeps the newer.
func Last[K, V any](k K, v, old V) V { return v }

// Concat appends.
func Concat[K any](k K, v, old string) string { return tail(old+v, 8) }

// Zero is where Total starts.
func Zero() int64 { return 0 }

// Bar is where Joined starts.
func Bar() string { return "|" }

// Joined lists strings.
func Joined[K any](k K, v, old string) string { return tail(old+v+"|", 9) }

// Hundred is where Lengths starts: a start that shows.
func Hundred() int64 { return 100 }

// Lengths adds lengths.
func Lengths[K any](k K, v string, old int64) int64 { return old + int64(len(v)) }

// Beside lists what two sessions listed: the order of merging shows.
func Beside[K any](k K, a, b string) string { return tail(a+"&"+b, 10) }

// Empty is where Shown starts.
func Empty() string { return "" }

// Shown lists numbers.
func Shown[K any](k K, v int64, old string) string { return tail(old+","+text(v), 10) }
