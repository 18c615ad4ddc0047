package oracle.fn;

/** The shapes of user functions. Null is an absent key or value. */
public final class Fn {
  private Fn() {}

  public interface Predicate { boolean test(Object k, Object v); }

  public interface Value { Object apply(Object k, Object v); }

  public interface Joiner { Object apply(Object k, Object v, Object other); }

  public interface Many { java.util.List<?> apply(Object k, Object v); }

  /** A fold: reduce has neither zero nor merge. */
  public record Fold(java.util.function.Supplier<Object> zero, Joiner add, Joiner merge) {}

  /** The last n characters. */
  static String tail(String s, int n) { return s.length() <= n ? s : s.substring(s.length() - n); }

  /** A function whose name begins with opt- sees absence; all others are not called for an absent value. */
  public static boolean sees(String name) { return name.startsWith("opt-"); }

  static <T> T find(java.util.Map<String, T> table, String role, String name) {
    T f = table.get(name);
    if (f == null) throw new IllegalArgumentException("no " + role + " " + name);
    return f;
  }
}
