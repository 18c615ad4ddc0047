package oracle.fn;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;

/** New values, as fn/value.go. */
public final class Values {
  private Values() {}

  private static final Map<String, Fn.Value> TABLE = Map.ofEntries(
      entry("inc", (k, v) -> (Long) v + 1),
      entry("negate", (k, v) -> -(Long) v),
      entry("length", (k, v) -> (long) ((String) v).length()),
      entry("show", (k, v) -> v.toString()),
      entry("exclaim", (k, v) -> Fn.tail(v + "!", 6)),
      entry("ends", (k, v) -> (Long) v + Fn.end(k)),
      entry("since", (k, v) -> Fn.tail(v + "@" + Fn.start(k), 8)),
      entry("keyed", (k, v) -> Fn.tail(k + ":" + v, 8)),
      entry("opt-half", (k, v) -> v == null || (Long) v % 2 != 0 ? null : (Long) ((Long) v / 2)),
      entry("opt-default", (k, v) -> v == null ? "none" : v),
      entry("opt-blank", (k, v) -> v == null || v.equals("") ? null : v));

  private static final Map<String, Fn.Many> MANY = Map.of(
      "letters", (k, v) -> ((String) v).chars().mapToObj(c -> String.valueOf((char) c)).toList(),
      "down", (k, v) -> (Long) v < 1 ? List.of() : List.of(v, (Long) v - 1),
      "marks", (k, v) -> (Long) v % 2 == 0 ? List.of(k) : List.of(k, k + "!"));

  /** Values of flat-map-values, as fn/values.go. */
  public static Fn.Many many(String name) { return Fn.find(MANY, "list of values", name); }

  public static Fn.Value of(String name) { return Fn.find(TABLE, "value", name); }
}
