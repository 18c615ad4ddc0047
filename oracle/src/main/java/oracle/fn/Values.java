package oracle.fn;

import java.util.Map;

/** New values, as fn/value.go. */
public final class Values {
  private Values() {}

  private static final Map<String, Fn.Value> TABLE = Map.of(
      "inc", (k, v) -> (Long) v + 1,
      "negate", (k, v) -> -(Long) v,
      "length", (k, v) -> (long) ((String) v).length(),
      "show", (k, v) -> v.toString(),
      "exclaim", (k, v) -> Fn.tail(v + "!", 6),
      "keyed", (k, v) -> Fn.tail(k + ":" + v, 8),
      "opt-half", (k, v) -> v == null || (Long) v % 2 != 0 ? null : (Long) ((Long) v / 2),
      "opt-default", (k, v) -> v == null ? "none" : v,
      "opt-blank", (k, v) -> v == null || v.equals("") ? null : v);

  public static Fn.Value of(String name) { return Fn.find(TABLE, "value", name); }
}
