package oracle.fn;

import java.util.Map;

/** Reducers and aggregators, as fn/fold.go. Joiner's arguments are key, value, old. */
public final class Folds {
  private Folds() {}

  private static final Map<String, Fn.Fold> TABLE = Map.of(
      "sum", new Fn.Fold(null, (k, v, old) -> (Long) old + (Long) v),
      "max", new Fn.Fold(null, (k, v, old) -> Math.max((Long) old, (Long) v)),
      "last", new Fn.Fold(null, (k, v, old) -> v),
      "concat", new Fn.Fold(null, (k, v, old) -> Fn.tail((String) old + v, 8)),
      "total", new Fn.Fold(() -> 0L, (k, v, old) -> (Long) old + (Long) v),
      "joined", new Fn.Fold(() -> "|", (k, v, old) -> Fn.tail((String) old + v + "|", 9)),
      "lengths", new Fn.Fold(() -> 100L, (k, v, old) -> (Long) old + ((String) v).length()),
      "shown", new Fn.Fold(() -> "", (k, v, old) -> Fn.tail((String) old + "," + v, 10)));

  public static Fn.Fold of(String name) { return Fn.find(TABLE, "fold", name); }
}
