package lock

import "slices"

// Merge is what the file says after a release: what the package has now, with the earlier forms that values of its
// stores may still have and the pinned subjects of old (nil for none). What the new forms cannot read is forgotten; each
// such form is in forgotten, with its store before it.
func Merge(old, now *File) (out *File, forgotten []string) {
	out = &File{Topologies: now.Topologies}
	if old == nil {
		return out, nil
	}
	out.Subjects = old.Subjects
	for _, t := range out.Topologies {
		before := old.Topology(t.Name)
		if before == nil {
			continue
		}
		for _, s := range t.Stores {
			was := before.Store(s.Name)
			if was == nil || was.Val == nil {
				continue
			}
			readable := was.Kind == s.Kind && s.Key.same(was.Key)
			for _, f := range append([]*Format{was.Val}, was.Earlier...) {
				switch {
				case f.Ref() == s.Val.Ref() || slices.ContainsFunc(s.Earlier, func(e *Format) bool { return e.Ref() == f.Ref() }):
				case !readable || len(s.Val.Read(f).Faults) > 0:
					forgotten = append(forgotten, t.Name+": store "+s.Name+": "+f.Ref())
				case f.detailed() && !f.same(s.Val):
					s.Earlier = append(s.Earlier, f)
				}
			}
		}
	}
	return out, forgotten
}
