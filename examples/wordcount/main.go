// Command wordcount runs the WordCount topology.
package main

import rt "github.com/streamgen/streamgen/runtime"

func main() { rt.Main(NewWordCount(), rt.Config{Routes: routes}) }
