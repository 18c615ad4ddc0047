package oracle.fn;

import java.util.Map;
import java.util.function.Supplier;

/** Folds that take back, as fn/fold.go and fn/table.go. Joiner's arguments are key, value, old. */
public final class TableFolds {
  private TableFolds() {}

  /** Reduce has no zero. */
  public record Fold(Supplier<Object> zero, Fn.Joiner add, Fn.Joiner subtract) {}

  private static final Map<String, Fold> TABLE = Map.of(
      "sum", new Fold(null, (k, v, old) -> (Long) old + (Long) v, (k, v, old) -> (Long) old - (Long) v),
      "struck", new Fold(null, (k, v, old) -> Fn.tail((String) old + v, 8), (k, v, old) -> Fn.tail(old + "~" + v, 8)),
      "total", new Fold(() -> 0L, (k, v, old) -> (Long) old + (Long) v, (k, v, old) -> (Long) old - (Long) v),
      "shown", new Fold(() -> "", (k, v, old) -> Fn.tail((String) old + "," + v, 10), (k, v, old) -> Fn.tail(old + "~" + v, 10)));

  public static Fold of(String name) { return Fn.find(TABLE, "table fold", name); }
}
