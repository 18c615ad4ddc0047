package avro

// What stands below says of bytes whether an Append function would write them: in as few bytes as a number takes, items in
// one block, keys of maps in their order. Each returns the index behind the value, an index behind the end when it would
// not, or when there is no value.

// exactAt is next where the number between i and next is written in as few bytes as it takes.
func exactAt(src []byte, i, next int) int {
	if next <= len(src) && next-i > 1 && src[next-1] == 0 {
		return len(src) + 1
	}
	return next
}

// ExactLong is for a long.
func ExactLong(src []byte, i int) int {
	if uint(i) < uint(len(src)) && src[i] < 0x80 {
		return i + 1
	}
	return exactAt(src, i, skipLong(src, i))
}

// ExactInt is for an int.
func ExactInt(src []byte, i int) int { return exactAt(src, i, SkipInt(src, i)) }

// ExactWithin is for an int or long within bounds: those of a narrower Go type.
func ExactWithin(src []byte, i int, low, high int64) int {
	_, next := Within(src, i, low, high)
	return exactAt(src, i, next)
}

// ExactClock is for a time of the day.
func ExactClock(src []byte, i int, perSecond Unit) int {
	_, next := Clock(src, i, perSecond)
	return exactAt(src, i, next)
}

// ExactTime is for a time of a logical type: one that AppendTime takes.
func ExactTime(src []byte, i int, logical string) int {
	t, next := ReadTime(src, i, logical)
	if next = exactAt(src, i, next); next <= len(src) && logical != "date" {
		if _, err := Timestamp(t, PerSecond(logical)); err != nil {
			return len(src) + 1
		}
	}
	return next
}

// ExactDecimal is for a decimal of bytes, or with size >= 0 of a fixed. It is written again to see.
func ExactDecimal(src []byte, i, size, precision, scale int) int {
	v, next := ReadDecimal(src, i, size, scale)
	if next > len(src) {
		return next
	}
	again, err := AppendDecimal(nil, v, size, precision, scale)
	if err != nil || string(again) != string(src[i:next]) {
		return len(src) + 1
	}
	return next
}

// ExactBranch is for which of n branches a union has, or which of n symbols an enum.
func ExactBranch(src []byte, i, n int) (branch, next int) {
	branch, next = Branch(src, i, n)
	return branch, exactAt(src, i, next)
}

// ExactText is for a string or bytes.
func ExactText(src []byte, i int) int {
	_, next := ExactKey(src, i)
	return next
}

// ExactKey is ExactText for one that is looked at.
func ExactKey(src []byte, i int) ([]byte, int) {
	n, next := Long(src, i)
	if next = exactAt(src, i, next); n < 0 || n > int64(len(src)-next) {
		return nil, len(src) + 1
	}
	return src[next : next+int(n)], next + int(n)
}

// ExactCount is for how many items of an array or map follow, all of them in one block; least is the least size of an item.
func ExactCount(src []byte, i, least int) (n, next int) {
	if uint(i) < uint(len(src)) && src[i]&1 == 1 { // a negative count, and the block's size behind it
		return 0, len(src) + 1
	}
	n, next = Block(src, i, least, 0)
	return n, exactAt(src, i, next)
}

// ExactEnd is for what stands behind the items of an array or map of n.
func ExactEnd(src []byte, i, n int) int {
	if n == 0 { // the count was the end
		return i
	}
	if uint(i) >= uint(len(src)) || src[i] != 0 {
		return len(src) + 1
	}
	return i + 1
}
