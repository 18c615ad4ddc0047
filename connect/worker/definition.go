package worker

import (
	"slices"
	"strings"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

// connectorDef returns the keys of a kind of connector with this worker's defaults and recommendations, and those that the
// configuration's transforms and predicates bring along. The connector's own keys are not in it.
func (w *Worker) connectorDef(entry plugin.Entry, props map[string]string) *config.Def {
	d := bareConnectorDef(entry.Kind)
	set := func(name string, change func(*config.Key)) {
		k, _ := d.Key(name)
		change(&k)
		d.Define(k)
	}
	set("connector.plugin.version", func(k *config.Key) {
		k.Default = entry.Version
		k.Recommender = recommended{[]any{entry.Version}, nil}
	})
	for _, name := range []string{"key.converter", "value.converter", "header.converter"} {
		kind := plugin.KindConverter
		if name == "header.converter" {
			kind = plugin.KindHeaderConverter
		}
		class := w.values.Text(name)
		known, ok := w.plugins.Lookup(class, kind)
		if ok {
			class = known.Class
		}
		set(name, func(k *config.Key) {
			k.Default = class
			k.Known = func(class string) bool { _, ok := w.plugins.Lookup(class, kind); return ok }
			k.Recommender = recommended{classes(w.plugins.Of(kind)), nil}
		})
		given := class
		if text, ok := props[name]; ok {
			given = text
		}
		set(name+".plugin.version", func(k *config.Key) {
			if e, ok := w.plugins.Lookup(given, kind); ok {
				k.Default = e.Version
				k.Recommender = recommended{[]any{e.Version}, nil}
			} else {
				k.Recommender = recommended{nil, func() bool { return false }}
			}
		})
	}
	if entry.Kind == plugin.KindSource {
		w.addTopicGroups(d, props)
	}
	for _, alias := range config.SplitList(props["transforms"]) {
		w.addStage(d, props, "transforms", alias, plugin.KindTransform)
	}
	for _, alias := range config.SplitList(props["predicates"]) {
		w.addStage(d, props, "predicates", alias, plugin.KindPredicate)
	}
	return d
}

// bareConnectorDef returns the keys of a kind of connector.
func bareConnectorDef(kind plugin.Kind) *config.Def {
	d := config.New(commonKeys...)
	if kind == plugin.KindSink {
		return d.Define(sinkKeys...)
	}
	return d.Define(sourceKeys...)
}

// recommended offers fixed values.
type recommended struct {
	values  []any
	visible func() bool
}

func (r recommended) Recommend(string, map[string]any) ([]any, error) { return r.values, nil }
func (r recommended) Visible(string, map[string]any) bool {
	return r.visible == nil || r.visible()
}

// classes lists the classes of plug-ins in the order of their names.
func classes(entries []plugin.Entry) []any {
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Class
	}
	slices.Sort(names)
	list := make([]any, len(names))
	for i, n := range names {
		list[i] = n
	}
	return list
}

// addStage adds the keys of one transform or predicate.
func (w *Worker) addStage(d *config.Def, props map[string]string, list, alias string, kind plugin.Kind) {
	prefix := list + "." + alias + "."
	group, word, article := "Transforms: "+alias, "transformation", "Transformation"
	if kind == plugin.KindPredicate {
		group, word, article = "Predicates: "+alias, "predicate", "Predicate"
	}
	entry, known := w.plugins.Lookup(props[prefix+"type"], kind)
	d.Define(config.Key{
		Name: prefix + "type", Type: config.Class, Required: true, Group: group, Order: 0, Width: config.WidthLong,
		DisplayName: article + " type for " + alias, Doc: "Class for the '" + alias + "' " + word + ".",
		Known:       func(class string) bool { _, ok := w.plugins.Lookup(class, kind); return ok },
		Recommender: recommended{classes(w.plugins.Of(kind)), nil},
	})
	release := config.Key{Name: prefix + "plugin.version", Group: group, Order: 1, Width: config.WidthLong,
		DisplayName: article + " version for " + alias, Doc: "Version of the '" + alias + "' " + word + "."}
	if !known {
		d.Define(release)
		return
	}
	release.Default, release.Recommender = entry.Version, recommended{[]any{entry.Version}, nil}
	d.Define(release)
	own := entry.New().Config()
	if kind == plugin.KindTransform {
		own = own.Clone().Define(
			config.Key{Name: "negate", Type: config.Boolean, Default: false, Importance: config.Medium, Doc: "Whether the configured predicate should be negated.",
				Validator: func(name string, v any) error {
					if _, given := props[prefix+"predicate"]; !given && props[prefix+"negate"] != "" {
						return config.Invalid(prefix+"negate", v, "there is no config '"+prefix+"predicate' defining a predicate to be negated")
					}
					return nil
				}},
			config.Key{Name: "predicate", Importance: config.Medium, Doc: "The alias of a predicate used to determine whether to apply this transformation.",
				Validator: func(name string, v any) error {
					if alias, ok := v.(string); ok && !slices.Contains(config.SplitList(props["predicates"]), alias) {
						return config.Invalid(prefix+"predicate", v, "Predicate alias '"+alias+"' is not defined.")
					}
					return nil
				}},
		)
	}
	d.Embed(prefix, group, 2, own)
}

// addTopicGroups adds the keys of the groups of topic.creation.groups.
func (w *Worker) addTopicGroups(d *config.Def, props map[string]string) {
	groups := config.SplitList(props["topic.creation.groups"])
	uses := len(groups) > 0
	for k := range props {
		uses = uses || strings.HasPrefix(k, "topic.creation.default.")
	}
	if !uses {
		return
	}
	positive := func(text string) config.Validator {
		return func(name string, v any) error {
			if n := (config.Values{name: v}).Int(name); n < 1 && n != -1 {
				return config.Invalid(name, v, text)
			}
			return nil
		}
	}
	for i, g := range append([]string{"default"}, slices.DeleteFunc(groups, func(g string) bool { return g == "default" })...) {
		prefix, group := "topic.creation."+g+".", "Topic Creation: "+g
		replication := config.Key{Name: prefix + "replication.factor", Type: config.Short, Required: i == 0, Importance: config.Low, Group: group, Order: 3, Width: config.WidthLong,
			DisplayName: "Replication Factor for Topics in " + g, Doc: "The replication factor for new topics created for this connector using this group; -1 for the broker's default.",
			Validator: positive("Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default")}
		partitions := config.Key{Name: prefix + "partitions", Type: config.Int, Required: i == 0, Importance: config.Low, Group: group, Order: 4, Width: config.WidthLong,
			DisplayName: "Partition Count for Topics in " + g, Doc: "The number of partitions for new topics created for this connector using this group; -1 for the broker's default.",
			Validator: positive("Number of partitions must be positive, or -1 to use the broker's default")}
		if i > 0 {
			replication.Default, partitions.Default = int16(-1), int32(-1)
			d.Define(
				config.Key{Name: prefix + "include", Type: config.List, Required: true, Importance: config.Low, Group: group, Order: 1, Width: config.WidthLong,
					DisplayName: "Inclusion Topic Pattern for " + g, Doc: "A list of regular expressions for the topics of this group."},
				config.Key{Name: prefix + "exclude", Type: config.List, Default: []string{}, Importance: config.Low, Group: group, Order: 2, Width: config.WidthLong,
					DisplayName: "Exclusion Topic Pattern for " + g, Doc: "A list of regular expressions for the topics that are not of this group."},
			)
		}
		d.Define(replication, partitions)
	}
}
