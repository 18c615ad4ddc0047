package oracle.fn;

import java.util.Map;

/** Reducers and aggregators, as fn/fold.go. Joiner's arguments are key, value, old; when sessions merge key and both aggregates. */
public final class Folds {
  private Folds() {}

  private static final Fn.Joiner SUM = (k, a, b) -> (Long) a + (Long) b;
  private static final Fn.Joiner BESIDE = (k, a, b) -> Fn.tail(a + "&" + b, 10);

  private static final Map<String, Fn.Fold> TABLE = Map.of(
      "sum", new Fn.Fold(null, SUM, null),
      "max", new Fn.Fold(null, (k, v, old) -> Math.max((Long) old, (Long) v), null),
      "last", new Fn.Fold(null, (k, v, old) -> v, null),
      "concat", new Fn.Fold(null, (k, v, old) -> Fn.tail((String) old + v, 8), null),
      "total", new Fn.Fold(() -> 0L, SUM, SUM),
      "joined", new Fn.Fold(() -> "|", (k, v, old) -> Fn.tail((String) old + v + "|", 9), BESIDE),
      "lengths", new Fn.Fold(() -> 100L, (k, v, old) -> (Long) old + ((String) v).length(), SUM),
      "shown", new Fn.Fold(() -> "", (k, v, old) -> Fn.tail((String) old + "," + v, 10), BESIDE));

  public static Fn.Fold of(String name) { return Fn.find(TABLE, "fold", name); }
}
