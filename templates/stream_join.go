package templates

import (
	"fmt"

	"github.com/streamgen/streamgen/runtime/serde"
	"github.com/streamgen/streamgen/runtime/state"
)

// StreamJoin joins two streams within a window, as Kafka Streams' KStreamKStreamJoin. It belongs
// to the task's goroutine.
//
// The window of a left record is open until stream time is more than After plus Grace ahead
// of it, that of a right one for Before plus Grace. Only records whose windows are open
// join, so that a record is either matched or, on an outer side, emitted without a match
// when its window closes, never both.
type StreamJoin[K, V, U any] struct {
	LeftRows, RightRows *state.Duplicates
	// Unmatched keeps the records of outer sides that have no match yet.
	Unmatched *state.Unmatched
	// Time is the stream time that both sides share. Late, NullKey and NullVal count records that
	// are left out.
	Time, Late, NullKey, NullVal *int64
	// Kafka asks for Kafka Streams' own behaviour (S83, S84).
	Kafka bool
	// Clock is the wall clock. In Kafka's way it says when records without a match are looked for:
	// not before NextEmit, milliseconds both, and not before the window of what it takes for the
	// oldest one has closed, which came at OldestWait, the largest int64 at first.
	Clock                *int64
	NextEmit, OldestWait int64
	// Before, After and Grace are the window in milliseconds.
	Before, After, Grace int64
	// LeftOuter and RightOuter say which side's records are emitted without a match too.
	LeftOuter, RightOuter bool
	// DecodeKey, DecodeLeft and DecodeRight read what the stores hold.
	DecodeKey   func(src []byte) (K, error)
	DecodeLeft  func(src []byte) (V, error)
	DecodeRight func(src []byte) (U, error)
	// Emit hands a pair downstream; the side that is not ok is absent.
	Emit func(k K, kOK bool, v V, vOK bool, u U, uOK bool, ts int64, h []serde.Header) error
}

// Left joins a record of the left stream; key and val are its bytes, where it has them.
func (j *StreamJoin[K, V, U]) Left(key []byte, k K, kOK bool, val []byte, v V, vOK bool, ts int64, h []serde.Header) error {
	if err := j.advance(ts, h); err != nil {
		return err
	}
	if !vOK {
		if j.Kafka && kOK {
			j.LeftRows.Void(key, ts)
		}
		*j.NullVal++
		return nil
	}
	if !kOK {
		if j.LeftOuter {
			var u U
			return j.Emit(k, false, v, true, u, false, ts, h)
		} else {
			*j.NullKey++
			return nil
		}
	}
	if j.LeftOuter {
		if err := j.releaseNow(ts, j.After, h); err != nil {
			return err
		}
	}
	if !j.Kafka && ts < j.leftOpens() {
		*j.Late++
		return nil
	}
	from, to := j.around(ts, j.Before, j.After)
	rows, err := j.RightRows.Fetch(key, j.rightsFrom(from), to)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		if j.RightOuter {
			if err := j.Unmatched.Matched(row.At, false, key, ts); err != nil {
				return err
			}
		}
		u, err := j.DecodeRight(row.Value)
		if err != nil {
			return err
		}
		at := ts
		if row.At > at {
			at = row.At
		}
		if err := j.Emit(k, true, v, true, u, true, at, h); err != nil {
			return err
		}
	}
	if j.LeftOuter {
		if len(rows) == 0 {
			if err := j.leftAlone(key, k, val, v, ts, to, h); err != nil {
				return err
			}
		}
	}
	j.LeftRows.Put(key, ts, val)
	return nil
}

// leftAlone keeps a left record without a match for those to come until to; Kafka Streams does not
// wait if that is in the past.
func (j *StreamJoin[K, V, U]) leftAlone(key []byte, k K, val []byte, v V, ts, to int64, h []serde.Header) error {
	if j.Kafka && to < *j.Time {
		var u U
		return j.Emit(k, true, v, true, u, false, ts, h)
	}
	if ts < j.OldestWait {
		j.OldestWait = ts
	}
	return j.Unmatched.Add(ts, true, key, val)
}

// Right joins a record of the right stream; key and val are its bytes, where it has them.
func (j *StreamJoin[K, V, U]) Right(key []byte, k K, kOK bool, val []byte, u U, uOK bool, ts int64, h []serde.Header) error {
	if err := j.advance(ts, h); err != nil {
		return err
	}
	if !uOK {
		if j.Kafka && kOK {
			j.RightRows.Void(key, ts)
		}
		*j.NullVal++
		return nil
	}
	if !kOK {
		if j.RightOuter {
			var v V
			return j.Emit(k, false, v, false, u, true, ts, h)
		} else {
			*j.NullKey++
			return nil
		}
	}
	if j.LeftOuter {
		if err := j.releaseNow(ts, j.Before, h); err != nil {
			return err
		}
	}
	if !j.Kafka && ts < j.rightOpens() {
		*j.Late++
		return nil
	}
	from, to := j.around(ts, j.After, j.Before)
	rows, err := j.LeftRows.Fetch(key, j.leftsFrom(from), to)
	if err != nil {
		return err
	}
	for i := range rows {
		row := &rows[i]
		if j.LeftOuter {
			if err := j.Unmatched.Matched(row.At, true, key, ts); err != nil {
				return err
			}
		}
		v, err := j.DecodeLeft(row.Value)
		if err != nil {
			return err
		}
		at := ts
		if row.At > at {
			at = row.At
		}
		if err := j.Emit(k, true, v, true, u, true, at, h); err != nil {
			return err
		}
	}
	if j.RightOuter {
		if len(rows) == 0 {
			if err := j.rightAlone(key, k, val, u, ts, to, h); err != nil {
				return err
			}
		}
	}
	j.RightRows.Put(key, ts, val)
	return nil
}

// rightAlone keeps a right record without a match for those to come until to; Kafka Streams does not
// wait if that is in the past.
func (j *StreamJoin[K, V, U]) rightAlone(key []byte, k K, val []byte, u U, ts, to int64, h []serde.Header) error {
	if j.Kafka && to < *j.Time {
		var v V
		return j.Emit(k, true, v, false, u, true, ts, h)
	}
	if ts < j.OldestWait {
		j.OldestWait = ts
	}
	return j.Unmatched.Add(ts, false, key, val)
}

// around is the range of times from before to after a timestamp; time begins at 0 and ends
// at the largest int64. Kafka Streams looks at time 0 where it ends before.
func (j *StreamJoin[K, V, U]) around(ts, before, after int64) (from, to int64) {
	from, to = ts-before, ts+after
	if from < 0 {
		from = 0
	}
	if after > 0 && to < ts {
		to = 1<<63 - 1
	}
	if j.Kafka && to < 0 {
		to = 0
	}
	return from, to
}

// leftOpens is the time of the first left record whose window is open. A window that lies wholly in
// the past of its record is open for the grace.
func (j *StreamJoin[K, V, U]) leftOpens() int64 {
	after := j.After
	if after < 0 {
		after = 0
	}
	return *j.Time - j.Grace - after
}

// rightOpens is the time of the first right record whose window is open.
func (j *StreamJoin[K, V, U]) rightOpens() int64 {
	before := j.Before
	if before < 0 {
		before = 0
	}
	return *j.Time - j.Grace - before
}

// leftsFrom is from, but not before the first time whose left record has an open window; or, as in Kafka
// Streams, one that the store still shows.
func (j *StreamJoin[K, V, U]) leftsFrom(from int64) int64 {
	first := j.leftOpens()
	if j.Kafka {
		first = j.LeftRows.Time() - (j.Before + j.After + j.Grace) + 1
	}
	if first > from {
		return first
	}
	return from
}

// rightsFrom is from, but not before the first time whose right record has an open window; or, as in Kafka
// Streams, one that the store still shows.
func (j *StreamJoin[K, V, U]) rightsFrom(from int64) int64 {
	first := j.rightOpens()
	if j.Kafka {
		first = j.RightRows.Time() - (j.Before + j.After + j.Grace) + 1
	}
	if first > from {
		return first
	}
	return from
}

// advance moves stream time and emits the records without a match whose windows closed with
// it, with the headers of the record that closed them.
func (j *StreamJoin[K, V, U]) advance(ts int64, h []serde.Header) error {
	if ts <= *j.Time {
		return nil
	}
	*j.Time = ts
	if j.LeftOuter {
		if oldest := j.Unmatched.Oldest(); !j.Kafka && (oldest < j.leftOpens() || oldest < j.rightOpens()) {
			return j.release(h)
		}
	}
	return nil
}

// Flush emits the records without a match whose windows have closed without a record that closed
// them: stream time may move on by itself (S234).
func (j *StreamJoin[K, V, U]) Flush() error {
	if oldest := j.Unmatched.Oldest(); !j.Kafka && (oldest < j.leftOpens() || oldest < j.rightOpens()) {
		return j.release(nil)
	}
	return nil
}

// release emits and forgets the records without a match whose windows have closed, in the
// order of their timestamps, right ones first.
func (j *StreamJoin[K, V, U]) release(h []serde.Header) error {
	leftOpens, rightOpens := j.leftOpens(), j.rightOpens()
	end := leftOpens
	if rightOpens > end {
		end = rightOpens
	}
	n, err := j.Unmatched.Closed(end)
	if err != nil {
		return err
	}
	for i := 0; i < n; i++ {
		at, left, _, _ := j.Unmatched.Row(i)
		if left && at >= leftOpens || !left && at >= rightOpens {
			j.Unmatched.Keep(i)
			continue
		}
		if err := j.emitUnmatched(i, h); err != nil {
			return err
		}
	}
	return nil
}

// emitUnmatched emits and forgets the i-th row that Unmatched found.
func (j *StreamJoin[K, V, U]) emitUnmatched(i int, h []serde.Header) error {
	at, left, key, values := j.Unmatched.Row(i)
	k, err := j.DecodeKey(key)
	if err != nil {
		return fmt.Errorf("key of an unmatched record: %w", err)
	}
	for value, ok := values.Next(); ok; value, ok = values.Next() {
		var v V
		var u U
		if left {
			v, err = j.DecodeLeft(value)
		} else {
			u, err = j.DecodeRight(value)
		}
		if err != nil {
			return fmt.Errorf("value of an unmatched record: %w", err)
		}
		if err := j.Emit(k, true, v, left, u, !left, at, h); err != nil {
			return err
		}
	}
	j.Unmatched.Drop(i, *j.Time)
	return nil
}

// releaseNow is release as KStreamKStreamJoin does it: with the record
// that is the newest so far, once a second of wall-clock time at most, and only if what it
// takes for the oldest record can have closed. after is how far the window of the record's side
// reaches ahead.
func (j *StreamJoin[K, V, U]) releaseNow(ts, after int64, h []serde.Header) error {
	// The sum overflows when nothing waits, and is low then, as it is there.
	if !j.Kafka || ts != *j.Time || j.OldestWait+after+j.Grace >= *j.Time || *j.Clock < j.NextEmit {
		return nil
	}
	j.NextEmit = *j.Clock + 1000
	j.OldestWait = 1<<63 - 1
	n, err := j.Unmatched.Closed(1<<63 - 1)
	if err != nil {
		return err
	}
	leftOpen, rightOpen, over := false, false, false
	for i := 0; i < n; i++ {
		at, left, _, _ := j.Unmatched.Row(i)
		if !over {
			j.OldestWait = at
			over = leftOpen && rightOpen
		}
		if left && at+j.After+j.Grace >= *j.Time {
			leftOpen = true
			j.Unmatched.Keep(i)
		} else if !left && at+j.Before+j.Grace >= *j.Time {
			rightOpen = true
			j.Unmatched.Keep(i)
		} else if over {
			j.Unmatched.Keep(i)
		} else {
			if err := j.emitUnmatched(i, h); err != nil {
				return err
			}
		}
	}
	return nil
}
