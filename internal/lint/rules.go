package lint

// Rule is one house rule. It is a plain value; no goroutine changes it.
type Rule struct {
	Name   string // as a subtest and as the file in testdata that breaks it
	Remedy string // what to do about a finding
	Check  func(*Tree) []string
}

// Rules lists every rule that reads the tree. (vet and formatting run beside them in the test.)
var Rules = []Rule{
	{"import_arrows", "move the code to the room that may know both, or pass the thing in as a func; a new arrow is a change of internal/lint/arrows.go with its reason", importArrows},
	{"compiler_reaches_no_runtime", "let the compiler name runtime things as strings, checked by a test against the runtime", compilerReaches},
	{"codegen_writes_no_files", "return the bytes in the Result; only the command writes", codegenWrites},
	{"core_has_no_clock_and_no_goroutine", "take the time from the event or an Env func, and leave goroutines to runtime/internal/poll", coreIsPure},
	{"names_say_what", "name the package or file after the thing it holds", namelessNames},
	{"files_stay_short", "split by noun; what remains long needs a table, not code", longFiles},
	{"no_notes_to_self", "do it, or open an issue; the text speaks of what is", notesToSelf},
	{"any_not_empty_interface", "write any", emptyInterfaces},
	{"tests_do_not_sleep", "use testing/synctest, a channel or a fake clock; polling of another process goes on the allow list with its reason", sleepingTests},
	{"one_update_flag", "use internal/golden", updateFlags},
	{"exported_is_documented", "write a doc comment: units, errors, concurrency, source followed", undocumented},
	{"runtime_types_state_concurrency", "say in the type's doc comment which goroutine owns it, or that it is safe for concurrent use", silentOnConcurrency},
	{"text_speaks_of_the_project", "say it without the name: relative paths, no registry hosts, nothing about who or what wrote it", foreignWords},
}
