package gen

import "github.com/streamgen/streamgen/runtime/serde"

// Change writes the change of a row of a grouped table under key, in Kafka Streams' layout;
// one of the two values is there. tail is as in Key. Everything is copied.
func (s *Sink) Change(key []byte, tail int, new []byte, hasNew bool, old []byte, hasOld bool, ts int64, h []serde.Header) {
	s.Begin()
	s.Buf = append(s.Buf, key...)
	s.Key(true, tail)
	s.Buf = serde.AppendChange(s.Buf, new, hasNew, old, hasOld)
	s.Done(true, ts, h)
}
