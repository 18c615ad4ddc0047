package oracle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One line of a topology: {@code id = operator inputs… option=value… : keytype valuetype}. */
public final class Line {
  public final String id;
  public final String op;
  public final List<String> in = new ArrayList<>();
  public final Map<String, String> options = new LinkedHashMap<>();
  /** The types of what the line makes, as text; the Go side has worked them out. */
  public final String key;
  public final String val;

  public Line(String text) {
    String[] types = text.substring(text.indexOf(" : ") + 3).split(" ");
    key = types[0];
    val = types[1];
    String[] words = text.substring(0, text.indexOf(" : ")).split(" ");
    id = words[0];
    op = words[2];
    for (int i = 3; i < words.length; i++) {
      int eq = words[i].indexOf('=');
      if (eq < 0) in.add(words[i]);
      else options.put(words[i].substring(0, eq), words[i].substring(eq + 1));
    }
  }

  public boolean has(String option) { return options.containsKey(option); }

  public String get(String option) {
    String v = options.get(option);
    if (v == null) throw new IllegalArgumentException("line " + id + " has no option " + option);
    return v;
  }

  public String get(String option, String other) { return options.getOrDefault(option, other); }

  public long millis(String option) { return Long.parseLong(get(option)); }
}
