package registry

import (
	"encoding/json/jsontext"
	"net/http"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/schemastore"
)

// shown is a version as it is answered: AVRO goes without saying.
func shown(e schemastore.Entry) map[string]any {
	out := schema(e.Schema)
	out["subject"], out["version"], out["id"] = e.Subject, e.Version, e.ID
	return out
}

func schema(s schemastore.Schema) map[string]any {
	out := map[string]any{"schema": s.Text}
	if s.Type != "" && s.Type != "AVRO" {
		out["schemaType"] = s.Type
	}
	if len(s.References) > 0 {
		out["references"] = s.References
	}
	return out
}

// text answers a schema itself.
func text(s schemastore.Schema) any {
	if v := jsontext.Value(s.Text); v.IsValid() {
		return v
	}
	return s.Text
}

func (s *Server) routes() {
	s.handle("GET /{$}", false, func(*http.Request) (any, error) { return map[string]any{}, nil })
	s.handle("GET /schemas/types", false, func(*http.Request) (any, error) { return []string{"JSON", "PROTOBUF", "AVRO"}, nil })
	s.handle("GET /schemas/ids/{id}", false, s.serialized(s.byID(func(s schemastore.Schema) any { return schema(s) })))
	s.handle("GET /schemas/ids/{id}/schema", false, s.byID(text))
	s.handle("GET /schemas/ids/{id}/versions", false, s.uses(func(e schemastore.Entry) any {
		return map[string]any{"subject": e.Subject, "version": e.Version}
	}))
	s.handle("GET /schemas/ids/{id}/subjects", false, s.uses(func(e schemastore.Entry) any { return e.Subject }))
	s.handle("GET /subjects", false, func(r *http.Request) (any, error) {
		out := []string{}
		for _, name := range s.store.Subjects(flag(r, "deleted")) {
			if strings.HasPrefix(name, r.URL.Query().Get("subjectPrefix")) {
				out = append(out, name)
			}
		}
		return out, nil
	})
	s.subjects()
	s.compatibility()
	s.settings("config", "compatibilityLevel", "compatibility", s.store.Level, s.store.SetLevel, s.store.ResetLevel)
	s.settings("mode", "mode", "mode", s.store.Mode, s.store.SetMode, s.store.ResetMode)
	s.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusNotFound, map[string]any{"error_code": 404, "message": "HTTP 404 Not Found"})
	})
}

func (s *Server) byID(show func(schemastore.Schema) any) func(r *http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if err != nil {
			return nil, &schemastore.Error{Status: http.StatusNotFound, Code: 404, Message: "HTTP 404 Not Found"}
		}
		found, err := s.store.Schema(id)
		return show(found), err
	}
}

// serialized gives the schema in an answer as format=serialized asks for it.
func (s *Server) serialized(f func(r *http.Request) (any, error)) func(r *http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		v, err := f(r)
		out, ok := v.(map[string]any)
		if err != nil || !ok || r.URL.Query().Get("format") != "serialized" {
			return v, err
		}
		in := schemastore.Schema{}
		in.Text, _ = out["schema"].(string)
		in.Type, _ = out["schemaType"].(string)
		in.References, _ = out["references"].([]schemastore.Reference)
		out["schema"], err = s.store.Serialized(in)
		return out, err
	}
}

func (s *Server) uses(show func(schemastore.Entry) any) func(r *http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if err != nil {
			return nil, &schemastore.Error{Status: http.StatusNotFound, Code: 404, Message: "HTTP 404 Not Found"}
		}
		list, err := s.store.Uses(id, flag(r, "deleted"))
		out := []any{}
		for _, e := range list {
			out = append(out, show(e))
		}
		return out, err
	}
}

func (s *Server) subjects() {
	s.handle("POST /subjects/{subject}", false, func(r *http.Request) (any, error) {
		in, err := body[schemastore.Schema](r)
		if err != nil {
			return nil, err
		}
		e, err := s.store.Lookup(r.PathValue("subject"), in, flag(r, "normalize"), flag(r, "deleted"))
		return shown(e), err
	})
	s.handle("DELETE /subjects/{subject}", true, func(r *http.Request) (any, error) {
		return s.store.DeleteSubject(r.PathValue("subject"), flag(r, "permanent"))
	})
	s.handle("GET /subjects/{subject}/versions", false, func(r *http.Request) (any, error) {
		list, err := s.store.Versions(r.PathValue("subject"), flag(r, "deleted"))
		out := []int{}
		for _, e := range list {
			out = append(out, e.Version)
		}
		return out, err
	})
	s.handle("POST /subjects/{subject}/versions", true, func(r *http.Request) (any, error) {
		in, err := body[schemastore.Schema](r)
		if err != nil {
			return nil, err
		}
		e, err := s.store.Register(r.PathValue("subject"), in, flag(r, "normalize"))
		return map[string]any{"id": e.ID}, err
	})
	one := func(show func(schemastore.Entry) any) func(r *http.Request) (any, error) {
		return func(r *http.Request) (any, error) {
			n, err := version(r)
			if err != nil {
				return nil, err
			}
			e, err := s.store.Version(r.PathValue("subject"), n, flag(r, "deleted"))
			return show(e), err
		}
	}
	s.handle("GET /subjects/{subject}/versions/{version}", false, s.serialized(one(func(e schemastore.Entry) any { return shown(e) })))
	s.handle("GET /subjects/{subject}/versions/{version}/schema", false, one(func(e schemastore.Entry) any { return text(e.Schema) }))
	s.handle("DELETE /subjects/{subject}/versions/{version}", true, func(r *http.Request) (any, error) {
		n, err := version(r)
		if err != nil {
			return nil, err
		}
		return s.store.DeleteVersion(r.PathValue("subject"), n, flag(r, "permanent"))
	})
}

func (s *Server) compatibility() {
	check := func(r *http.Request, n int) (any, error) {
		in, err := body[schemastore.Schema](r)
		if err != nil {
			return nil, err
		}
		messages, err := s.store.Incompatible(r.PathValue("subject"), in, n)
		out := map[string]any{"is_compatible": len(messages) == 0}
		if flag(r, "verbose") {
			out["messages"] = append([]string{}, messages...)
		}
		return out, err
	}
	s.handle("POST /compatibility/subjects/{subject}/versions", false, func(r *http.Request) (any, error) { return check(r, 0) })
	s.handle("POST /compatibility/subjects/{subject}/versions/{version}", false, func(r *http.Request) (any, error) {
		n, err := version(r)
		if err != nil {
			return nil, err
		}
		return check(r, n)
	})
}

// settings are the routes of levels and modes: of all, and of a subject.
func (s *Server) settings(path, shows, takes string, get func(string, bool) (string, error), set func(string, string) error, reset func(string) (string, error)) {
	for _, at := range []string{"/" + path, "/" + path + "/{subject}"} {
		s.handle("GET "+at, false, func(r *http.Request) (any, error) {
			v, err := get(r.PathValue("subject"), flag(r, "defaultToGlobal"))
			return map[string]any{shows: v}, err
		})
		s.handle("PUT "+at, true, func(r *http.Request) (any, error) {
			in, err := body[map[string]any](r)
			if err != nil {
				return nil, err
			}
			v, _ := in[takes].(string)
			v = strings.ToUpper(v)
			return map[string]any{takes: v}, set(r.PathValue("subject"), v)
		})
		s.handle("DELETE "+at, true, func(r *http.Request) (any, error) {
			v, err := reset(r.PathValue("subject"))
			return map[string]any{shows: v}, err
		})
	}
}
