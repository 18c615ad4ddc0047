package jsonscan

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestIntegersAreReadAsByStrconv(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	texts := []string{"0", "00", "9", "99999999", "100000000", "1234567890123456", "12345678901234567", "9999999999999999999",
		"18446744073709551615", "18446744073709551616", "28446744073709551615", "99999999999999999999", "184467440737095516150",
		"1234567/", "1234567:", "12345678:", "/2345678", "1234:678", "12345678901234567890123456789012345678901234567890"}
	for range 20_000 {
		texts = append(texts, strconv.FormatUint(r.Uint64()>>r.UintN(64), 10))
	}
	for _, text := range texts {
		for _, tail := range []string{"", ",", "}        ", "ab", "/", ":\x7f\xff"} {
			src := []byte(text + tail)
			n, end, ok := digits(src, 0)
			width := 0
			for width < len(text) && text[width] >= '0' && text[width] <= '9' {
				width++
			}
			want, err := strconv.ParseUint(text[:width], 10, 64)
			wantOK := err == nil && (width == 1 || text[0] != '0')
			if ok != wantOK || ok && (n != want || end != width) {
				t.Fatalf("%q: %d %d %v, want %d %d %v", src, n, end, ok, want, width, wantOK)
			}
		}
	}
}

func TestFloatsAreReadAsByStrconv(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for n := range 200_000 {
		f := math.Float64frombits(r.Uint64())
		switch n % 4 {
		case 0:
			f = math.Round(r.NormFloat64()*1e6) / 100
		case 1:
			f = float64(r.Int64N(1 << 56))
		}
		if math.IsNaN(f) || math.IsInf(f, 0) {
			continue
		}
		for _, format := range []byte("feg") {
			text := strconv.FormatFloat(f, format, r.IntN(20)-1, 64)
			s := Scanner{Src: []byte(text)}
			var got float64
			want, err := strconv.ParseFloat(text, 64)
			i, gotErr := s.Float64(0, &got)
			if (err == nil) != (gotErr == nil) || err == nil && (math.Float64bits(got) != math.Float64bits(want) || i != len(text)) {
				t.Fatalf("%s: %v %v, want %v %v", text, got, gotErr, want, err)
			}
			var got32 float32
			want, err = strconv.ParseFloat(text, 32)
			_, gotErr = s.Float32(0, &got32)
			if (err == nil) != (gotErr == nil) || err == nil && math.Float32bits(got32) != math.Float32bits(float32(want)) {
				t.Fatalf("32 bits, %s: %v %v, want %v %v", text, got32, gotErr, want, err)
			}
		}
	}
}
