//go:build !unix

package broker

// dirLock does nothing where the system has no flock; there the port is the only guard against a second broker on the
// same data folder. One goroutine takes and releases it.
type dirLock struct{}

func lockDir(string) (*dirLock, error) { return nil, nil }

// release has nothing to give free.
func (l *dirLock) release() error { return nil }
