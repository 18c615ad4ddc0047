package config_test

import (
	"fmt"

	"github.com/streamgen/streamgen/connect/config"
)

// A connector lists its keys once; Parse gives it typed values, Validate tells a user all that is wrong.
func ExampleDef() {
	def := config.New(
		config.Key{Name: "url", Required: true, Validator: config.NonEmpty, Doc: "Where to read from"},
		config.Key{Name: "batch.size", Type: config.Int, Default: int32(100), Validator: config.AtLeast(1), Doc: "Records per request"},
	)
	values, err := def.Parse(map[string]string{"url": "http://localhost/items", "batch.size": "20"})
	fmt.Println(values.Text("url"), values.Int("batch.size"), err)

	for _, v := range def.Validate(map[string]string{"batch.size": "0"}) {
		fmt.Println(v.Name, v.Errors)
	}
	// Output:
	// http://localhost/items 20 <nil>
	// url [Missing required configuration "url" which has no default value.]
	// batch.size [Invalid value 0 for configuration batch.size: Value must be at least 1]
}
