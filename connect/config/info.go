package config

// KeyInfo is a key as REST answers show it: ConfigKeyInfo. A plain value.
type KeyInfo struct {
	Name         string   `json:"name"`
	Type         string   `json:"type"`
	Required     bool     `json:"required"`
	DefaultValue *string  `json:"default_value"`
	Importance   string   `json:"importance"`
	Doc          string   `json:"documentation"`
	Group        *string  `json:"group"`
	Order        int      `json:"order_in_group"`
	Width        string   `json:"width"`
	DisplayName  string   `json:"display_name"`
	Dependents   []string `json:"dependents"`
}

// ValueInfo is a key's value as REST answers show it: ConfigValueInfo. A plain value.
type ValueInfo struct {
	Name        string   `json:"name"`
	Value       *string  `json:"value"`
	Recommended []string `json:"recommended_values"`
	Errors      []string `json:"errors"`
	Visible     bool     `json:"visible"`
}

// Info is one key with its value: ConfigInfo. Definition is nil for a key that is not defined. A plain value.
type Info struct {
	Definition *KeyInfo  `json:"definition"`
	Value      ValueInfo `json:"value"`
}

// Infos answers a validation: ConfigInfos. A plain value.
type Infos struct {
	Name       string   `json:"name"`
	ErrorCount int      `json:"error_count"`
	Groups     []string `json:"groups"`
	Configs    []Info   `json:"configs"`
}

// Info returns the key as REST answers show it.
func (k Key) Info() KeyInfo {
	info := KeyInfo{
		Name: k.Name, Type: k.Type.String(), Required: k.Required, DefaultValue: shown(k.Default), Importance: k.Importance.String(),
		Doc: k.Doc, Order: k.Order, Width: k.Width.String(), DisplayName: k.DisplayName, Dependents: append([]string{}, k.Dependents...),
	}
	if k.Group != "" {
		info.Group = &k.Group
	}
	return info
}

// Info returns the value as REST answers show it, secrets hidden.
func (v Value) Info() ValueInfo {
	info := ValueInfo{Name: v.Name, Value: shown(v.Value), Recommended: []string{}, Errors: append([]string{}, v.Errors...), Visible: v.Visible}
	for _, r := range v.Recommended {
		info.Recommended = append(info.Recommended, Text(r))
	}
	return info
}

// shown is the text of a value, nil for null.
func shown(v any) *string {
	if v == nil {
		return nil
	}
	text := Text(v)
	return &text
}

// Infos joins validated values with their keys, in the order of the values. Groups are those of the Def.
func (d *Def) Infos(name string, values []Value) Infos {
	infos := Infos{Name: name, Groups: append([]string{}, d.groups...), Configs: []Info{}}
	for _, v := range values {
		info := Info{Value: v.Info()}
		k, defined := d.keys[v.Name]
		if defined {
			if k.Internal {
				continue
			}
			shown := k.Info()
			info.Definition = &shown
		}
		infos.ErrorCount += len(v.Errors)
		infos.Configs = append(infos.Configs, info)
	}
	return infos
}
