// Package form is the neutral text of the conformance oracle (oracle/README.md): topologies,
// scripts and results, and the notation of bytes. The Java side reads and writes the same.
package form
