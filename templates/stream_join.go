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
	if !j.leftOpen(ts) {
		*j.Late++
		return nil
	}
	from, to := j.around(ts, j.Before, j.After)
	rows, err := j.RightRows.Fetch(key, from, to)
	if err != nil {
		return err
	}
	matched := false
	for i := range rows {
		row := &rows[i]
		if !j.rightOpen(row.At) {
			continue
		}
		matched = true
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
	return j.keepLeft(key, val, ts, matched)
}

// keepLeft keeps a left record for those to come.
func (j *StreamJoin[K, V, U]) keepLeft(key, val []byte, ts int64, matched bool) error {
	if j.LeftOuter {
		if !matched {
			if err := j.Unmatched.Add(ts, true, key, val); err != nil {
				return err
			}
		}
	}
	j.LeftRows.Put(key, ts, val)
	return nil
}

// Right joins a record of the right stream; key and val are its bytes, where it has them.
func (j *StreamJoin[K, V, U]) Right(key []byte, k K, kOK bool, val []byte, u U, uOK bool, ts int64, h []serde.Header) error {
	if err := j.advance(ts, h); err != nil {
		return err
	}
	if !uOK {
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
	if !j.rightOpen(ts) {
		*j.Late++
		return nil
	}
	from, to := j.around(ts, j.After, j.Before)
	rows, err := j.LeftRows.Fetch(key, from, to)
	if err != nil {
		return err
	}
	matched := false
	for i := range rows {
		row := &rows[i]
		if !j.leftOpen(row.At) {
			continue
		}
		matched = true
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
	return j.keepRight(key, val, ts, matched)
}

// keepRight keeps a right record for those to come.
func (j *StreamJoin[K, V, U]) keepRight(key, val []byte, ts int64, matched bool) error {
	if j.RightOuter {
		if !matched {
			if err := j.Unmatched.Add(ts, false, key, val); err != nil {
				return err
			}
		}
	}
	j.RightRows.Put(key, ts, val)
	return nil
}

// around is the range of times from before to after a timestamp; time begins at 0 and ends
// at the largest int64.
func (j *StreamJoin[K, V, U]) around(ts, before, after int64) (from, to int64) {
	from, to = ts-before, ts+after
	if from < 0 {
		from = 0
	}
	if after > 0 && to < ts {
		to = 1<<63 - 1
	}
	return from, to
}

// leftOpen says whether the window of a left record is open. A window that lies wholly in the
// past of its record is open for the grace.
func (j *StreamJoin[K, V, U]) leftOpen(at int64) bool {
	after := j.After
	if after < 0 {
		after = 0
	}
	return at >= *j.Time-j.Grace-after
}

// rightOpen says whether the window of a right record is open.
func (j *StreamJoin[K, V, U]) rightOpen(at int64) bool {
	before := j.Before
	if before < 0 {
		before = 0
	}
	return at >= *j.Time-j.Grace-before
}

// advance moves stream time and emits the records without a match whose windows closed with
// it, with the headers of the record that closed them.
func (j *StreamJoin[K, V, U]) advance(ts int64, h []serde.Header) error {
	if ts <= *j.Time {
		return nil
	}
	*j.Time = ts
	if j.LeftOuter {
		if !j.leftOpen(j.Unmatched.Oldest()) || !j.rightOpen(j.Unmatched.Oldest()) {
			return j.release(h)
		}
	}
	return nil
}

// release emits and forgets the records without a match whose windows have closed, in the
// order of their timestamps, right ones first.
func (j *StreamJoin[K, V, U]) release(h []serde.Header) error {
	shorter := j.After
	if j.Before < shorter {
		shorter = j.Before
	}
	if shorter < 0 {
		shorter = 0
	}
	n, err := j.Unmatched.Closed(*j.Time - j.Grace - shorter)
	if err != nil {
		return err
	}
	for i := 0; i < n; i++ {
		at, left, key, values := j.Unmatched.Row(i)
		if left && j.leftOpen(at) || !left && j.rightOpen(at) {
			j.Unmatched.Keep(i)
			continue
		}
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
	}
	return nil
}
