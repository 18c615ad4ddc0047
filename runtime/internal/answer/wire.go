package answer

import (
	"bufio"
	"encoding/binary"
	"encoding/json/v2"
	"errors"
	"fmt"
	"io"

	"github.com/streamgen/streamgen/runtime/query"
)

// What instances say to each other: frames that begin with a byte for what they are. An answer
// that does not end with frameEnd, or an error, was cut off.
const (
	frameRow   = 'R' // partition + 1, timestamp, key, value
	frameInfo  = 'I' // query.Info as JSON
	frameError = 'E' // query.Error as JSON
	frameEnd   = 'Z'
)

// rowsType is the media type of frames.
const rowsType = "application/vnd.streamgen.rows"

// maxField bounds a key or value that another instance announces; a broker takes no such
// records either.
const maxField = 256 << 20

func appendRow(dst []byte, r query.Row) []byte {
	dst = binary.AppendVarint(append(dst, frameRow), int64(r.Partition))
	dst = binary.AppendVarint(dst, r.Timestamp)
	dst = append(binary.AppendUvarint(dst, uint64(len(r.Key))), r.Key...)
	return append(binary.AppendUvarint(dst, uint64(len(r.Value))), r.Value...)
}

func appendJSON(dst []byte, kind byte, v any) ([]byte, error) {
	b, err := json.Marshal(v, json.Deterministic(true))
	return append(binary.AppendUvarint(append(dst, kind), uint64(len(b))), b...), err
}

// errCut is an answer without an end.
var errCut = errors.New("the answer was cut off")

// readPage reads frames until a page is full or the answer ends.
func readPage(r *bufio.Reader, info *query.Info) (rows []query.Row, end bool, err error) {
	for len(rows) < pageRows {
		if len(rows) > 0 && r.Buffered() == 0 { // what there is goes on its way
			return rows, false, nil
		}
		kind, err := r.ReadByte()
		if err != nil {
			return nil, false, cut(err)
		}
		switch kind {
		case frameEnd:
			return rows, true, nil
		case frameRow:
			row, err := readRow(r)
			if err != nil {
				return nil, false, cut(err)
			}
			rows = append(rows, row)
		case frameInfo, frameError:
			b, err := readField(r)
			if err != nil {
				return nil, false, cut(err)
			}
			if kind == frameInfo {
				if err := json.Unmarshal(b, info); err != nil {
					return nil, false, err
				}
				continue
			}
			var e query.Error
			if err := json.Unmarshal(b, &e); err != nil {
				return nil, false, err
			}
			return nil, false, &e
		default:
			return nil, false, fmt.Errorf("the answer has a frame of kind %q, which this version does not know", kind)
		}
	}
	return rows, false, nil
}

func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}

func readRow(r *bufio.Reader) (row query.Row, err error) {
	p, err := binary.ReadVarint(r)
	if err != nil {
		return row, err
	}
	row.Partition = int32(p)
	if row.Timestamp, err = binary.ReadVarint(r); err != nil {
		return row, err
	}
	if row.Key, err = readField(r); err != nil {
		return row, err
	}
	row.Value, err = readField(r)
	return row, err
}

func readField(r *bufio.Reader) ([]byte, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, err
	}
	if n > maxField {
		return nil, fmt.Errorf("the answer announces a field of %d bytes", n)
	}
	if n > 1<<20 { // do not believe it before it has come
		return io.ReadAll(io.LimitReader(r, int64(n)))
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	return b, err
}
