package oracle.fn;

import java.util.List;
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

  private static final Map<String, Fn.Many> MANY = Map.of(
      "letters", (k, v) -> ((String) v).chars().mapToObj(c -> String.valueOf((char) c)).toList(),
      "down", (k, v) -> (Long) v < 1 ? List.of() : List.of(v, (Long) v - 1),
      "marks", (k, v) -> (Long) v % 2 == 0 ? List.of(k) : List.of(k, k + "!"));

  /** Values of flat-map-values, as fn/values.go. */
  public static Fn.Many many(String name) { return Fn.find(MANY, "list of values", name); }

  public static Fn.Value of(String name) { return Fn.find(TABLE, "value", name); }
}
