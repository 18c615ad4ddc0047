package serde

import (
	"encoding/binary"
	"fmt"
)

// The flags that end a change, as in Kafka Streams' ChangedSerializer. From oldOnlyLatest
// on, a byte before the flag says whether the change is the latest one; such changes are
// read, never written.
const (
	oldOnly byte = iota
	newOnly
	oldAndNew
	oldOnlyLatest
	newOnlyLatest
	oldAndNewLatest
)

// AppendChange appends the change of a table's row in the layout of Kafka Streams'
// ChangedSerializer: a new value, an old one, or both. What is not there is not looked at;
// one of the two must be.
func AppendChange(dst, new []byte, hasNew bool, old []byte, hasOld bool) []byte {
	switch {
	case hasNew && hasOld:
		dst = binary.AppendVarint(dst, int64(len(new)))
		return append(append(append(dst, new...), old...), oldAndNew)
	case hasNew:
		return append(append(dst, new...), newOnly)
	}
	return append(append(dst, old...), oldOnly)
}

// CutChange cuts a change into the bytes of the new and the old value; nil is absent. The
// slices alias src.
func CutChange(src []byte) (new, old []byte, err error) {
	if len(src) == 0 {
		return nil, nil, fmt.Errorf("a change of no bytes has no flag")
	}
	flag, body := src[len(src)-1], src[:len(src)-1]
	if flag >= oldOnlyLatest && flag <= oldAndNewLatest && len(body) > 0 {
		flag, body = flag-oldOnlyLatest, body[:len(body)-1]
	}
	switch flag {
	case oldOnly:
		return nil, body, nil
	case newOnly:
		return body, nil, nil
	case oldAndNew:
		n, at := binary.Varint(body)
		if at <= 0 || n < 0 || n > int64(len(body)-at) {
			return nil, nil, fmt.Errorf("a change of %d bytes has a new value of length %d", len(src), n)
		}
		end := at + int(n)
		return body[at:end], body[end:], nil
	}
	return nil, nil, fmt.Errorf("a change ends in flag %d, which Kafka Streams does not write", src[len(src)-1])
}
