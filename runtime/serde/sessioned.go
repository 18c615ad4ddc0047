package serde

import (
	"encoding/binary"

	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/window"
)

// SessionWindowedCodec is Kafka Streams' session-windowed key layout: inner key ++ session
// end int64 ++ session start int64. Safe for concurrent use when Inner is.
type SessionWindowedCodec[K any, C Codec[K]] struct {
	Inner C
}

// Bind implements Bound: the inner codec is bound where it needs that.
func (c SessionWindowedCodec[K, C]) Bind(use wire.Use, schemas wire.Schemas) Codec[window.Sessioned[K]] {
	if inner, ok := Bind[K](c.Inner, use, schemas).(C); ok {
		c.Inner = inner
	}
	return c
}

// Append implements Codec.
func (c SessionWindowedCodec[K, C]) Append(dst []byte, v window.Sessioned[K]) ([]byte, error) {
	dst, err := c.Inner.Append(dst, v.Key)
	if err != nil {
		return dst, err
	}
	dst = binary.BigEndian.AppendUint64(dst, uint64(v.Session.End))
	return binary.BigEndian.AppendUint64(dst, uint64(v.Session.Start)), nil
}

// Decode implements Codec.
func (c SessionWindowedCodec[K, C]) Decode(src []byte) (window.Sessioned[K], error) {
	var s window.Sessioned[K]
	n := len(src) - 16
	if n < 0 {
		return s, sizeError("session-windowed key (at least)", 16, len(src))
	}
	k, err := c.Inner.Decode(src[:n])
	if err != nil {
		return s, err
	}
	s.Key = k
	s.Session.End = int64(binary.BigEndian.Uint64(src[n:]))
	s.Session.Start = int64(binary.BigEndian.Uint64(src[n+8:]))
	return s, nil
}
