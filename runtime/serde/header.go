package serde

// Header is one record header. Operators pass headers on unchanged; treat Value as
// read-only. A Header is a plain value, safe for concurrent use while nobody writes Value.
type Header struct {
	Key   string
	Value []byte
}
