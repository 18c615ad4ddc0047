package oracle.fn;

import java.util.Map;

/** Predicates, as fn/predicate.go. */
public final class Predicates {
  private Predicates() {}

  private static final Map<String, Fn.Predicate> TABLE = Map.of(
      "positive", (k, v) -> (Long) v > 0,
      "even", (k, v) -> (Long) v % 2 == 0,
      "short", (k, v) -> ((String) v).length() < 2,
      "named", (k, v) -> !k.equals("b"),
      "early", (k, v) -> Fn.start(k) % 200 < 100 || (Long) v < Fn.start(k),
      "long", (k, v) -> Fn.end(k) - Fn.start(k) >= 60 || ((String) v).length() == 1,
      "opt-whole", (k, v) -> k != null && v != null);

  public static Fn.Predicate of(String name) { return Fn.find(TABLE, "predicate", name); }
}
