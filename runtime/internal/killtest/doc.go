// Package killtest proves exactly-once the hard way: it runs a stateful topology as a
// process of its own, kills that with SIGKILL at random moments while input arrives, and
// compares everything that is left (outputs, changelogs, stores on disk) with a plain
// loop over the input. The broker is another process: the embedded one, or a real one.
package killtest
