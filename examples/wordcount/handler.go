package main

import (
	"encoding/json"
	"errors"
	"net/http"

	rt "github.com/streamgen/streamgen/runtime"
	"github.com/streamgen/streamgen/runtime/query"
)

// routes adds this program's pages to the HTTP port: /words/{word} says how often a word has
// come, /words?prefix=… lists words. Whichever instance is asked answers for all.
func routes(app *rt.App, mux *http.ServeMux) { pages(app, mux) }

func pages(app query.Client, mux *http.ServeMux) {
	counts := NewWordCountStores(app).WordCounts()
	mux.HandleFunc("GET /words/{word}", func(w http.ResponseWriter, r *http.Request) {
		n, _, err := counts.Get(r.Context(), r.PathValue("word"))
		reply(w, n, err)
	})
	mux.HandleFunc("GET /words", func(w http.ResponseWriter, r *http.Request) {
		list := map[string]int64{}
		for e, err := range counts.Prefix(r.Context(), r.FormValue("prefix"), query.Limit(100)) {
			if err != nil {
				reply(w, nil, err)
				return
			}
			list[e.Key] = e.Value
		}
		reply(w, list, nil)
	})
}

func reply(w http.ResponseWriter, v any, err error) {
	switch {
	case errors.Is(err, query.ErrNotAvailable): // a task is moving: it is worth trying again
		w.Header().Set("Retry-After", "1")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v) // who asked has gone
	}
}
