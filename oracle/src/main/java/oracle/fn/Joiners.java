package oracle.fn;

import java.util.Map;

/** Joiners, as fn/joiner.go: key, value, other side (null when the join has no match). */
public final class Joiners {
  private Joiners() {}

  private static final Map<String, Fn.Joiner> TABLE = Map.of(
      "pair", (k, v, o) -> Fn.tail(v + "/" + o, 10),
      "add", (k, v, o) -> (Long) v + (Long) o,
      "opt-pair", (k, v, o) -> Fn.tail((v == null ? "-" : v) + "/" + (o == null ? "-" : o), 10),
      "opt-add", (k, v, o) -> (v == null ? 0 : (Long) v) + (o == null ? 1000 : (Long) o));

  public static Fn.Joiner of(String name) { return Fn.find(TABLE, "joiner", name); }
}
