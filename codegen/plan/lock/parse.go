package lock

import (
	"bytes"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/streamgen/streamgen/internal/avroschema"
)

// Error is what is wrong with a file, with its line. A plain value.
type Error struct {
	Line   int // 1 for the first
	Reason string
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

const takeOne = "take one side whole (git checkout --ours or --theirs %s) and run streamgen gen, which adds what the other had"

// Parse reads a file. Its error is an *Error.
func Parse(text []byte) (*File, error) {
	n := 0
	for line := range bytes.Lines(text) {
		n++
		for _, mark := range []string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"} {
			if bytes.HasPrefix(line, []byte(mark)) {
				return nil, &Error{n, "the file holds the marks of a merge conflict; " + fmt.Sprintf(takeOne, Name)}
			}
		}
	}
	p := &parser{dec: jsontext.NewDecoder(bytes.NewReader(text)), text: text, out: &File{}, refs: map[string]*Format{}}
	err := p.file()
	if err == nil {
		err = p.resolve()
	}
	if err != nil {
		var located *Error
		if errors.As(err, &located) {
			return nil, located
		}
		return nil, &Error{p.line(), err.Error()}
	}
	p.out.Sort()
	return p.out, nil
}

type parser struct {
	dec  *jsontext.Decoder
	text []byte
	out  *File
	refs map[string]*Format
	uses []use
}

// use is a place where a format is named.
type use struct {
	to   **Format
	ref  string
	line int
}

func (p *parser) line() int {
	at := min(int(p.dec.InputOffset()), len(p.text))
	return 1 + bytes.Count(p.text[:at], []byte{'\n'})
}

// object reads an object and calls member for each name, which reads the value.
func (p *parser) object(member func(name string) error) error {
	t, err := p.dec.ReadToken()
	if err != nil {
		return err
	}
	if t.Kind() != '{' {
		return fmt.Errorf("there should be an object here, not %s", t)
	}
	for p.dec.PeekKind() != '}' {
		name, err := p.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := member(name.String()); err != nil {
			return err
		}
	}
	_, err = p.dec.ReadToken()
	return err
}

func (p *parser) string() (string, error) {
	t, err := p.dec.ReadToken()
	if err != nil {
		return "", err
	}
	if t.Kind() != '"' {
		return "", fmt.Errorf("there should be a string here, not %s", t)
	}
	return t.String(), nil
}

func (p *parser) number() (int, error) {
	t, err := p.dec.ReadToken()
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(t.String())
	if err != nil || t.Kind() != '0' {
		return 0, fmt.Errorf("there should be a whole number here, not %s", t)
	}
	return n, nil
}

func (p *parser) unknown(name string) error {
	return fmt.Errorf("unknown member %q; the file was written by a newer streamgen, or changed by hand", name)
}

func (p *parser) ref(to **Format) error {
	line := p.line()
	ref, err := p.string()
	p.uses = append(p.uses, use{to, ref, line})
	return err
}

func (p *parser) file() error {
	seen := false
	err := p.object(func(name string) error {
		switch name {
		case Name:
			n, err := p.number()
			if err == nil && n != version {
				err = fmt.Errorf("the file has version %d, this streamgen writes version %d; use the streamgen that wrote it", n, version)
			}
			seen = true
			return err
		case "topologies":
			return p.object(p.topology)
		case "subjects":
			return p.object(p.subject)
		case "formats":
			return p.object(p.format)
		}
		return p.unknown(name)
	})
	if err != nil {
		return err
	}
	if !seen {
		return fmt.Errorf("there is no member %q with a version; this is no lock file", Name)
	}
	if _, err := p.dec.ReadToken(); err != io.EOF {
		return errors.New("there is more behind the end")
	}
	return nil
}

func (p *parser) topology(name string) error {
	t := &Topology{Name: name}
	p.out.Topologies = append(p.out.Topologies, t)
	return p.object(func(name string) error {
		switch name {
		case "stores":
			return p.object(func(name string) error {
				s := &Store{Name: name}
				t.Stores = append(t.Stores, s)
				return p.store(s)
			})
		case "topics":
			return p.object(func(id string) error {
				role, name, _ := strings.Cut(id, " ")
				topic := &Topic{Role: Role(role), Name: name}
				if !slices.Contains([]Role{Reads, Writes, Repartition}, topic.Role) || name == "" {
					return fmt.Errorf("%q is no role and topic", id)
				}
				t.Topics = append(t.Topics, topic)
				return p.object(func(name string) error {
					switch name {
					case "key":
						return p.ref(&topic.Key)
					case "value":
						return p.ref(&topic.Val)
					}
					return p.unknown(name)
				})
			})
		}
		return p.unknown(name)
	})
}

func (p *parser) store(s *Store) error {
	return p.object(func(name string) (err error) {
		switch name {
		case "kind":
			s.Kind, err = p.string()
			return err
		case "key":
			return p.ref(&s.Key)
		case "value":
			return p.ref(&s.Val)
		case "earlier":
			line := p.line()
			refs, err := p.strings()
			s.Earlier = make([]*Format, len(refs))
			for i, ref := range refs {
				p.uses = append(p.uses, use{&s.Earlier[i], ref, line})
			}
			return err
		}
		return p.unknown(name)
	})
}

func (p *parser) strings() (out []string, err error) {
	t, err := p.dec.ReadToken()
	if err != nil {
		return nil, err
	}
	if t.Kind() != '[' {
		return nil, fmt.Errorf("there should be a list here, not %s", t)
	}
	for p.dec.PeekKind() != ']' {
		s, err := p.string()
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	_, err = p.dec.ReadToken()
	return out, err
}

func (p *parser) subject(name string) error {
	s := &Subject{Name: name}
	p.out.Subjects = append(p.out.Subjects, s)
	err := p.object(func(number string) error {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no version", number)
		}
		v := &Version{Number: n}
		s.Versions = append(s.Versions, v)
		return p.object(func(name string) (err error) {
			switch name {
			case "id":
				v.ID, err = p.number()
				return err
			case "schema":
				return p.ref(&v.Schema)
			}
			return p.unknown(name)
		})
	})
	if err == nil && len(s.Versions) == 0 {
		return fmt.Errorf("the subject %s has no version", name)
	}
	return err
}

// format reads a format's content; its name says which codec it is of.
func (p *parser) format(ref string) error {
	line := p.line()
	f := &Format{}
	head, fingerprint := ref, ""
	if i := strings.LastIndexByte(ref, ' '); i >= 0 {
		head, fingerprint = ref[:i], ref[i+1:]
	}
	var kind string
	if f.Codec, f.Type, kind = codecOf(head); kind == "" {
		return fmt.Errorf("%q is no format", ref)
	}
	var err error
	switch kind {
	case "json":
		f.JSON, err = p.json()
	case "protobuf":
		f.Proto, err = p.json()
	case "avro":
		var text jsontext.Value
		if text, err = p.dec.ReadValue(); err == nil {
			f.Avro, err = avroschema.Parse(string(text))
		}
	default:
		f.Text, err = p.string()
	}
	if err != nil {
		return err
	}
	if f.fingerprint() != fingerprint {
		return &Error{line, fmt.Sprintf("the format %s has the fingerprint %s: the file was changed by hand, or merged line by line; "+takeOne, head, f.fingerprint(), Name)}
	}
	p.refs[ref] = f
	return nil
}

// codecOf takes "time-windowed of json Order" apart; kind is "" where no content belongs to it.
func codecOf(head string) (codec, typ, kind string) {
	for _, kind := range []string{"json", "avro", "protobuf", "schema"} {
		if rest, ok := strings.CutPrefix(head, kind+" "); ok {
			return kind, rest, kind
		}
		if before, rest, ok := strings.Cut(head, " of "+kind+" "); ok {
			return before + " of " + kind, rest, kind
		}
	}
	return "", "", ""
}

func (p *parser) json() (*JSON, error) {
	f := &JSON{}
	err := p.object(func(name string) (err error) {
		switch name {
		case "root":
			f.Root, err = p.string()
			return err
		case "types":
			return p.object(func(name string) error {
				s := Struct{Name: name}
				err := p.object(func(name string) error {
					m := Member{Name: name}
					var err error
					if p.dec.PeekKind() != '[' {
						m.Type, err = p.string()
					} else if m.Aliases, err = p.strings(); err == nil {
						if len(m.Aliases) == 0 {
							return fmt.Errorf("the member %s has no type", name)
						}
						m.Type, m.Aliases = m.Aliases[0], m.Aliases[1:]
					}
					s.Members = append(s.Members, m)
					return err
				})
				f.Types = append(f.Types, s)
				return err
			})
		}
		return p.unknown(name)
	})
	return f, err
}

// resolve gives each place its format.
func (p *parser) resolve() error {
	for _, u := range p.uses {
		switch f := p.refs[u.ref]; {
		case f != nil:
			*u.to = f
		case u.ref == "":
		default:
			if _, _, kind := codecOf(u.ref); kind != "" {
				return &Error{u.line, fmt.Sprintf("the format %q is not in the file; "+takeOne, u.ref, Name)}
			}
			*u.to = Simple(u.ref)
		}
	}
	for _, s := range p.out.Subjects {
		for _, v := range s.Versions {
			if v.Schema == nil {
				return fmt.Errorf("version %d of the subject %s has no schema", v.Number, s.Name)
			}
		}
	}
	for _, t := range p.out.Topologies {
		for _, s := range t.Stores {
			if s.Kind == "" || slices.Contains(s.Earlier, nil) {
				return fmt.Errorf("the store %s is not whole", s.Name)
			}
		}
	}
	return nil
}
