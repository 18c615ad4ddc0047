package answer

import "github.com/streamgen/streamgen/runtime/query"

type remote struct{ query.Cursor }
