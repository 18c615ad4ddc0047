package main

import (
	"time"

	"github.com/streamgen/streamgen/dsl"
)

//go:generate go tool streamgen gen .

// Impression is an advertisement on a page that a user looks at, as the topic "impressions"
// holds it, keyed by its id.
type Impression struct {
	User string `json:"user"`
	Page string `json:"page"`
	Ad   string `json:"ad"`
}

// Click is a click on an impression, as the topic "clicks" holds it, keyed by the impression's id.
type Click struct {
	Target string `json:"target"`
}

// Shown is what became of an impression.
type Shown struct {
	User   string `json:"user"`
	Page   string `json:"page"`
	Ad     string `json:"ad"`
	Target string `json:"target,omitempty"` // without one it was not clicked
}

// Visit sums up the impressions of a user in one session.
type Visit struct {
	Shown   int `json:"shown"`
	Clicked int `json:"clicked"`
}

// Config holds what a deployment may choose.
type Config struct {
	Within time.Duration // how long after an impression a click counts
	Grace  time.Duration // how late a record may come
	Gap    time.Duration // how long a user is silent between two visits
}

// Clicks joins impressions with the clicks on them to the topic "shown", one record for each
// click and for each impression without one, and sums up each user's visits in the topic
// "visits": one record for each, once it is over.
//
//streamgen:topology
func Clicks(b *dsl.Builder, cfg Config) {
	impressions := b.Stream("impressions", dsl.String(), dsl.JSON[Impression]())
	clicks := b.Stream("clicks", dsl.String(), dsl.JSON[Click]())

	shown := impressions.LeftJoinStream(clicks, dsl.JoinWithin(cfg.Within).Before(0).Grace(cfg.Grace),
		func(id string, i Impression, c dsl.Opt[Click]) Shown {
			return Shown{User: i.User, Page: i.Page, Ad: i.Ad, Target: c.V.Target}
		},
		dsl.Name("impression-clicks"), dsl.Codecs(dsl.String(), dsl.JSON[Shown]()))
	shown.To("shown", dsl.String(), dsl.JSON[Shown]())

	// An impression without a click is known as such when its window closes: records come as
	// much later than they happened.
	shown.
		GroupBy(func(id string, s Shown) string { return s.User }, dsl.String(), dsl.JSON[Shown]()).
		SessionsBy(dsl.Sessions(cfg.Gap).Grace(cfg.Within+cfg.Grace)).
		Aggregate(newVisit, addShown, mergeVisits, dsl.JSON[Visit](), dsl.Name("visits"), dsl.EmitOnClose()).
		ToStream(dsl.SessionKey).
		To("visits", dsl.SessionWindowed(dsl.String()), dsl.JSON[Visit]())
}

func newVisit() Visit { return Visit{} }

func addShown(_ string, s Shown, v Visit) Visit {
	v.Shown++
	if s.Target != "" {
		v.Clicked++
	}
	return v
}

// mergeVisits makes one visit of two that a record between them joins.
func mergeVisits(_ string, a, b Visit) Visit {
	return Visit{Shown: a.Shown + b.Shown, Clicked: a.Clicked + b.Clicked}
}
