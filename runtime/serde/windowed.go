package serde

import (
	"encoding/binary"
	"math"

	"github.com/streamgen/streamgen/runtime/serde/wire"
	"github.com/streamgen/streamgen/runtime/window"
)

// TimeWindowedCodec is Kafka Streams' time-windowed key layout: inner key ++ window
// start int64. The window's end is not on the wire; Size (milliseconds) gives it back.
// Safe for concurrent use when Inner is.
type TimeWindowedCodec[K any, C Codec[K]] struct {
	Inner C
	Size  int64
}

// Bind implements Bound: the inner codec is bound where it needs that.
func (c TimeWindowedCodec[K, C]) Bind(use wire.Use, schemas wire.Schemas) Codec[window.Windowed[K]] {
	if inner, ok := Bind[K](c.Inner, use, schemas).(C); ok {
		c.Inner = inner
	}
	return c
}

// Append implements Codec.
func (c TimeWindowedCodec[K, C]) Append(dst []byte, v window.Windowed[K]) ([]byte, error) {
	dst, err := c.Inner.Append(dst, v.Key)
	if err != nil {
		return dst, err
	}
	return binary.BigEndian.AppendUint64(dst, uint64(v.Window.Start)), nil
}

// Decode implements Codec.
func (c TimeWindowedCodec[K, C]) Decode(src []byte) (window.Windowed[K], error) {
	var w window.Windowed[K]
	n := len(src) - 8
	if n < 0 {
		return w, sizeError("time-windowed key (at least)", 8, len(src))
	}
	k, err := c.Inner.Decode(src[:n])
	if err != nil {
		return w, err
	}
	w.Key = k
	w.Window.Start = int64(binary.BigEndian.Uint64(src[n:]))
	w.Window.End = math.MaxInt64
	if w.Window.Start <= math.MaxInt64-c.Size {
		w.Window.End = w.Window.Start + c.Size
	}
	return w, nil
}
