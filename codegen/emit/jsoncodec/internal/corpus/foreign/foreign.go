// Package foreign holds types that the corpus uses from another package.
package foreign

// Airport is a place.
type Airport struct {
	Code string  `json:"code"`
	Lat  float64 `json:"lat"`
	Lon  float64 `json:"lon"`
}

// Pair is generic.
type Pair[A, B any] struct {
	First  A `json:"first"`
	Second B `json:"second"`
}
