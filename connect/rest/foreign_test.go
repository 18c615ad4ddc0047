package rest

import (
	"net/http/httptest"
	"testing"
)

// W22: what a page of another site makes a browser send changes nothing, unless its origin is listed.
func TestPagesOfOtherSitesChangeNothing(t *testing.T) {
	s := &Server{origins: []string{"https://ui.example"}}
	for _, c := range []struct {
		method, origin, site string
		refused              bool
	}{
		{"PUT", "", "", false}, // no browser
		{"POST", "", "none", false},
		{"POST", "http://worker.example:8083", "same-origin", false},
		{"POST", "http://worker.example:8083", "", false},
		{"POST", "https://ui.example", "cross-site", false},
		{"GET", "http://evil.example", "cross-site", false},
		{"OPTIONS", "http://evil.example", "cross-site", false},
		{"POST", "http://evil.example", "cross-site", true},
		{"POST", "", "cross-site", true},
		{"DELETE", "http://other.worker.example", "same-site", true},
		{"PUT", "http://evil.example", "", true},
		{"POST", "http://worker.example:9000", "", true},
		{"POST", "null", "", true},
	} {
		r := httptest.NewRequest(c.method, "http://worker.example:8083/connectors/c/nowhere/else", nil)
		r.Header.Set("Origin", c.origin)
		r.Header.Set("Sec-Fetch-Site", c.site)
		rw := httptest.NewRecorder()
		s.ServeHTTP(rw, r)
		if (rw.Code == 403) != c.refused {
			t.Errorf("%+v: %d", c, rw.Code)
		}
	}
}
