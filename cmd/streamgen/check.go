package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/streamgen/streamgen/codegen"
	"github.com/streamgen/streamgen/codegen/plan/lock"
	"github.com/streamgen/streamgen/internal/avroschema"
	"github.com/streamgen/streamgen/runtime/serde/registry"
)

const checkHelp = `Usage: streamgen check [-C folder] [-json] [packages]
       streamgen check -registry URL [flags] [packages]

Reports what is wrong with the topologies of packages and writes nothing.

With -registry it also compares the schemas that streamgen.lock has pinned with those of the registry: versions that have
come must be readable, what the release writes must be accepted, and what was pinned must be as it was. Credentials and
certificates are configured as the application's: user:password@ in the URL, -config, -set, the environment.

Exit code 1: there are errors, or the registry has moved incompatibly. Exit code 2: it could not be asked.

`

func runCheck(args []string, stdout, stderr io.Writer) int {
	var r registryFlags
	c := &compilation{name: "check", stdout: stdout, stderr: stderr, withJSON: true}
	c.more = func(flags *flag.FlagSet) { r.add(flags) }
	if code, done := c.parse(args, checkHelp); done {
		return code
	}
	if err := c.compile(); err != nil {
		return c.failed(err)
	}
	if !r.given() {
		return c.code()
	}
	client, err := r.open()
	if err != nil {
		return c.failed(err)
	}
	defer client.Close()
	code := c.code()
	for _, l := range c.result.Locks {
		found, err := checkRegistry(client, &r, l, stderr)
		if err != nil {
			return c.failed(err)
		}
		if found {
			code = exitFound
		}
	}
	return code
}

// checkRegistry compares what a package has pinned with a registry; found says that they contradict each other.
func checkRegistry(client *registry.Client, r *registryFlags, l *codegen.Lock, w io.Writer) (found bool, err error) {
	uses, err := subjectsOf(l.Now, &r.cfg.Registry.Config)
	if err != nil {
		return false, err
	}
	for _, text := range unseen(l.Now, &r.cfg.Registry.Config) {
		fmt.Fprintln(w, text)
	}
	known := map[string][]registry.Version{}
	for i := range uses {
		u := &uses[i]
		versions, asked := known[u.subject]
		if !asked {
			if versions, err = client.Versions(u.subject); err != nil && !registry.IsNotFound(err) {
				return found, err
			}
			known[u.subject] = versions
			for _, text := range moved(l.Now.Subject(u.subject), u, versions) {
				found = true
				fmt.Fprintln(w, text)
			}
		}
		text, note, err := u.judge(client, l.Now.Subject(u.subject), versions)
		if err != nil {
			return found, err
		}
		if text != "" {
			found = true
			fmt.Fprintln(w, text)
		}
		if note != "" {
			fmt.Fprintln(w, note)
		}
	}
	return found, nil
}

// moved reports pinned versions that are not what they were.
func moved(pinned *lock.Subject, u *subjectUse, versions []registry.Version) (out []string) {
	const again = "\n  what to do: find out who deleted it; when that was meant, pin what is there now with streamgen lock -registry"
	if pinned == nil {
		if len(versions) > 0 {
			out = append(out, fmt.Sprintf("subject %s is not pinned, and the registry has %d versions of it; %s\n  what to do: run streamgen lock -registry", u.subject, len(versions), u.place()))
		}
		return out
	}
	if len(versions) == 0 {
		return []string{fmt.Sprintf("subject %s is gone: version %d (id %d) was pinned, and the registry has no such subject; %s%s", u.subject, pinned.Latest().Number, pinned.Latest().ID, u.place(), again)}
	}
	for _, p := range pinned.Versions {
		i := slices.IndexFunc(versions, func(v registry.Version) bool { return v.Number == p.Number })
		if i < 0 {
			if p == pinned.Latest() {
				out = append(out, fmt.Sprintf("subject %s: version %d (id %d), the newest that was pinned, is gone%s", u.subject, p.Number, p.ID, again))
			}
			continue
		}
		now, err := formatOf(versions[i].Schema)
		if err != nil || now.Ref() != p.Schema.Ref() {
			out = append(out, fmt.Sprintf("subject %s: version %d is another schema than the one that was pinned (id %d now, %d then): the subject was deleted and registered anew, or this is another registry%s", u.subject, p.Number, versions[i].ID, p.ID, again))
		}
	}
	return out
}

// judge compares a codec with the versions of its subject: finding is what fails, note what is new and fine.
func (u *subjectUse) judge(client *registry.Client, pinned *lock.Subject, versions []registry.Version) (finding, note string, err error) {
	if len(versions) == 0 {
		return "", "", nil
	}
	if u.format.Proto != nil {
		finding, note = u.judgeMessages(pinned, versions)
		return finding, note, nil
	}
	if u.topic.Role == lock.Writes {
		if u.format.Avro == nil {
			return "", "", nil // each record brings its schema
		}
		if slices.ContainsFunc(versions, func(v registry.Version) bool {
			f, err := formatOf(v.Schema)
			return err == nil && f.Ref() == u.format.Ref()
		}) {
			return "", "", nil
		}
		faults, err := client.Incompatible(u.subject, u.format.Avro.String())
		if len(faults) > 0 {
			return u.report("would be refused", "make the change in a way that the subject's level of compatibility allows, such as a default for a new field, or change the level", faults), "", err
		}
		return "", "", err
	}
	reader := u.format.Avro
	if reader == nil && pinned != nil {
		reader = pinned.Latest().Schema.Avro // generic records: what is known to be there is looked for
	}
	if reader == nil {
		return "", "", nil
	}
	fresh := 0
	for _, v := range versions {
		if pinned != nil && slices.ContainsFunc(pinned.Versions, func(p *lock.Version) bool { return p.Number == v.Number }) && v.Number != versions[len(versions)-1].Number {
			continue
		}
		which := fmt.Sprintf("version %d (id %d)", v.Number, v.ID)
		f, err := formatOf(v.Schema)
		switch {
		case err != nil:
			return u.report(which+" is no schema that can be read", "have it corrected by who registered it", []string{err.Error()}), "", nil
		case f.Avro == nil:
			return u.report(which+" is "+f.Type+", not Avro", "read the topic with a codec of that kind", nil), "", nil
		}
		if faults := avroschema.Incompatible(f.Avro, reader); len(faults) > 0 {
			return u.report(which+" cannot be read", "give fields that may be missing defaults (the tag option default=JSON), renamed ones aliases (alias=NAME), and take types that hold both; or have the change taken back", faults), "", nil
		}
		if pinned != nil && v.Number > pinned.Latest().Number {
			fresh++
		}
	}
	if fresh > 0 {
		note = fmt.Sprintf("subject %s has %d versions more than were pinned, which can be read; streamgen lock -registry pins them", u.subject, fresh)
	}
	return "", note, nil
}

// judgeMessages compares a message with the versions of its subject by the numbers of fields: all that are new of a topic that is
// read, the newest of one that is written, which the registry would compare with the message's .proto file at the first value.
func (u *subjectUse) judgeMessages(pinned *lock.Subject, versions []registry.Version) (finding, note string) {
	fresh := 0
	for i, v := range versions {
		newest := i == len(versions)-1
		if !newest && (u.topic.Role == lock.Writes || pinned != nil && v.Number <= pinned.Latest().Number) {
			continue
		}
		which := fmt.Sprintf("version %d (id %d)", v.Number, v.ID)
		if v.Schema.Type != "PROTOBUF" {
			return u.report(which+" is no Protobuf", "use the topic with a codec of that kind", nil), ""
		}
		form, err := protobufForm(v.Schema, u.format.Type)
		if err != nil {
			return u.report(which+" does not fit the message", "use the topic with a message of that schema, or have it corrected by who registered it", []string{err.Error()}), ""
		}
		what := which + " cannot be read"
		if u.topic.Role == lock.Writes {
			what = "would be refused"
		}
		if faults := u.format.Read(form).Faults; len(faults) > 0 {
			return u.report(what, "give a field that changes a new number, and leave the old one reserved; or have the change taken back", faults), ""
		}
		if u.topic.Role == lock.Reads && pinned != nil && v.Number > pinned.Latest().Number {
			fresh++
		}
	}
	if fresh > 0 {
		note = fmt.Sprintf("subject %s has %d versions more than were pinned, which can be read; streamgen lock -registry pins them", u.subject, fresh)
	}
	return "", note
}

func (u *subjectUse) report(what, todo string, faults []string) string {
	text := fmt.Sprintf("subject %s: %s; %s", u.subject, what, u.place())
	for _, f := range faults {
		text += "\n  " + strings.ReplaceAll(f, "\n", "\n  ")
	}
	return text + "\n  what to do: " + todo
}
