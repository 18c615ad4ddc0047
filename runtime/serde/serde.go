// Package serde turns typed values into the bytes of Kafka records and back. The
// layouts of the built-in codecs are those of Kafka's own serializers (big-endian).
package serde

// Codec encodes and decodes one type. Absence (Kafka's null) never reaches a codec:
// records carry it beside the value. Implementations must be values safe for
// concurrent use. Decode must not keep or return memory of src, and must not panic
// on any input; Append appends the encoding of v to dst and returns the extended slice.
// Equal values must encode to equal bytes when the codec is used for keys: a key's
// identity is its encoding.
type Codec[T any] interface {
	Append(dst []byte, v T) ([]byte, error)
	Decode(src []byte) (T, error)
}
