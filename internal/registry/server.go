// Package registry serves a Schema Registry with Confluent's REST interface, out of memory, kept in a file
// when it has one.
package registry

import (
	"crypto/subtle"
	"encoding/json/v2"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/streamgen/streamgen/internal/schemastore"
)

// Server is the HTTP handler of a registry. Safe for concurrent use.
type Server struct {
	store    *schemastore.Store
	file     string
	userInfo string
	mux      *http.ServeMux
	saving   sync.Mutex
}

// New returns a server. file keeps what it knows, "" for memory alone; userInfo is "user:password" that requests
// must give, "" for none. The error is that of a file that is no registry's.
func New(file, userInfo string) (*Server, error) {
	s := &Server{store: schemastore.New(), file: file, userInfo: userInfo, mux: http.NewServeMux()}
	if file != "" {
		b, err := os.ReadFile(file)
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			return nil, err
		default:
			var state schemastore.State
			if err := json.Unmarshal(b, &state); err != nil {
				return nil, fmt.Errorf("%s holds no registry: %w", file, err)
			}
			s.store = schemastore.Load(state)
		}
	}
	s.routes()
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.userInfo != "" {
		user, password, _ := r.BasicAuth()
		if subtle.ConstantTimeCompare([]byte(user+":"+password), []byte(s.userInfo)) != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="Schema Registry"`)
			answer(w, http.StatusUnauthorized, map[string]any{"error_code": 401, "message": "Unauthorized"})
			return
		}
	}
	s.mux.ServeHTTP(w, r)
}

// maxBody bounds a request.
const maxBody = 8 << 20

func answer(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		status, b = http.StatusInternalServerError, []byte(`{"error_code":50001,"message":"the answer has no JSON form"}`)
	}
	w.Header().Set("Content-Type", "application/vnd.schemaregistry.v1+json")
	w.WriteHeader(status)
	w.Write(b)
}

// handle registers a route whose function returns what to answer. A function that changes something says so, and
// the file is written before the answer.
func (s *Server) handle(pattern string, changes bool, f func(r *http.Request) (any, error)) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		v, err := f(r)
		if err == nil && changes {
			err = s.save()
		}
		var refused *schemastore.Error
		switch {
		case errors.As(err, &refused):
			answer(w, refused.Status, map[string]any{"error_code": refused.Code, "message": refused.Message})
		case err != nil:
			answer(w, http.StatusInternalServerError, map[string]any{"error_code": 50001, "message": err.Error()})
		default:
			answer(w, http.StatusOK, v)
		}
	})
}

// save writes the state beside the file and puts it in its place.
func (s *Server) save() error {
	if s.file == "" {
		return nil
	}
	s.saving.Lock()
	defer s.saving.Unlock()
	b, err := json.Marshal(s.store.State(), json.Deterministic(true))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.file), 0o755); err != nil {
		return err
	}
	beside := s.file + ".new"
	if err := os.WriteFile(beside, b, 0o644); err != nil {
		return err
	}
	return os.Rename(beside, s.file)
}

func body[T any](r *http.Request) (v T, err error) {
	b, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(b, &v)
	}
	if err != nil {
		return v, &schemastore.Error{Status: http.StatusUnprocessableEntity, Code: 42201, Message: "Invalid request: " + err.Error()}
	}
	return v, nil
}

func flag(r *http.Request, name string) bool {
	return strings.EqualFold(r.URL.Query().Get(name), "true")
}

// version reads a version's number; latest is -1.
func version(r *http.Request) (int, error) {
	text := r.PathValue("version")
	if text == "latest" || text == "-1" {
		return -1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, &schemastore.Error{Status: http.StatusUnprocessableEntity, Code: 42202,
			Message: fmt.Sprintf("The specified version '%s' is not a valid version id. Allowed values are between [1, 2^31-1] and the string \"latest\"", text)}
	}
	return n, nil
}
