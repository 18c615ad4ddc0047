// Package clicks is the application on which exactly-once is proved: state on both sides of a
// repartition topic, and outputs that show each of its updates. Package judge beside it knows
// what is true of its input and compares. The tests that kill processes and those in
// virtual time share both.
package clicks
