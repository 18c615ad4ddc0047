package worker

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/streamgen/streamgen/connect/config"
	"github.com/streamgen/streamgen/connect/plugin"
)

// topicGroup is one group of topic.creation.groups.
type topicGroup struct {
	name             string
	include, exclude []*regexp.Regexp
	partitions       int32
	replication      int16
	configs          map[string]*string
}

// topicCreator makes the topics of a source before their first record. It belongs to a task's goroutine.
type topicCreator struct {
	groups []topicGroup // nil: topics are left to the broker
	admin  *kadm.Client
	known  map[string]bool
	last   string
}

const topicCreation = "topic.creation."

// newTopicCreator reads the groups of a connector. Without a default group topics are made as the broker would: Java leaves
// them to the broker then, and waits for ever where that makes none.
func newTopicCreator(enabled bool, props map[string]string, client *kgo.Client) (*topicCreator, error) {
	c := &topicCreator{admin: kadm.NewClient(client), known: map[string]bool{}}
	if !enabled {
		return c, nil
	}
	standard, err := newTopicGroup("default", props, topicGroup{partitions: -1, replication: -1})
	if err != nil {
		return nil, err
	}
	for _, name := range config.SplitList(props[topicCreation+"groups"]) {
		if name == "default" {
			continue
		}
		g, err := newTopicGroup(name, props, standard)
		if err != nil {
			return nil, err
		}
		c.groups = append(c.groups, g)
	}
	c.groups = append(c.groups, standard)
	return c, nil
}

func newTopicGroup(name string, props map[string]string, standard topicGroup) (topicGroup, error) {
	prefix := topicCreation + name + "."
	g := topicGroup{name: name, partitions: standard.partitions, replication: standard.replication, configs: map[string]*string{}}
	for key, text := range withPrefix(props, prefix) {
		switch key {
		case "include", "exclude":
			list := &g.include
			if key == "exclude" {
				list = &g.exclude
			}
			for _, pattern := range config.SplitList(text) {
				re, err := regexp.Compile("^(?:" + pattern + ")$")
				if err != nil {
					return g, config.Invalid(prefix+key, text, err.Error())
				}
				*list = append(*list, re)
			}
		case "partitions":
			n, err := strconv.ParseInt(text, 10, 32)
			if err != nil || n < 1 && n != -1 {
				return g, config.Invalid(prefix+key, text, "Number of partitions must be positive, or -1 to use the broker's default")
			}
			g.partitions = int32(n)
		case "replication.factor":
			n, err := strconv.ParseInt(text, 10, 16)
			if err != nil || n < 1 && n != -1 {
				return g, config.Invalid(prefix+key, text, "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use the broker's default")
			}
			g.replication = int16(n)
		default:
			g.configs[key] = &text
		}
	}
	return g, nil
}

// matches tells whether the group is for a topic; the default group is for all.
func (g *topicGroup) matches(topic string) bool {
	any := func(list []*regexp.Regexp) bool {
		for _, re := range list {
			if re.MatchString(topic) {
				return true
			}
		}
		return false
	}
	return g.name == "default" || any(g.include) && !any(g.exclude)
}

// ensure creates the topic unless it is there.
func (c *topicCreator) ensure(ctx context.Context, topic string) error {
	if topic == c.last || c.groups == nil {
		return nil
	}
	if c.known[topic] {
		c.last = topic
		return nil
	}
	for i := range c.groups {
		g := &c.groups[i]
		if !g.matches(topic) {
			continue
		}
		listed, err := c.admin.ListTopics(ctx, topic)
		if err == nil && listed.Has(topic) && listed[topic].Err == nil {
			break
		}
		_, err = c.admin.CreateTopic(ctx, g.partitions, g.replication, g.configs, topic)
		if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
			return plugin.Errorf("Task failed to create new topic %s by the group %s (%d partitions, %d replicas). Ensure that the task is authorized to create topics or that the topic exists and restart the task: %w", topic, g.name, g.partitions, g.replication, err)
		}
		break
	}
	c.known[topic], c.last = true, topic
	return nil
}

// createTopic makes a topic with a fixed number of partitions, if it is not there.
func createTopic(ctx context.Context, client *kgo.Client, topic string, partitions int32, replication int16) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	admin := kadm.NewClient(client)
	if listed, err := admin.ListTopics(ctx, topic); err == nil && listed.Has(topic) && listed[topic].Err == nil {
		return nil
	}
	_, err := admin.CreateTopic(ctx, partitions, replication, nil, topic)
	if err != nil && !errors.Is(err, kerr.TopicAlreadyExists) {
		return fmt.Errorf("topic %s cannot be created with %d partitions and %d replicas: %w", topic, partitions, replication, err)
	}
	return nil
}
