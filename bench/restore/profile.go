package main

import (
	"os"
	"runtime/pprof"
)

// profile writes a CPU profile of the contestant's life to the file that BENCH_PROFILE names.
func profile() (stop func(), err error) {
	path := os.Getenv("BENCH_PROFILE")
	if path == "" {
		return func() {}, nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
	}, nil
}
