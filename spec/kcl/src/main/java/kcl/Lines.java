package kcl;

/** What the worker says: a line each. */
final class Lines {
    private Lines() {}

    static synchronized void say(Object... words) {
        StringBuilder line = new StringBuilder();
        for (Object word : words) line.append(line.length() == 0 ? "" : " ").append(word);
        System.out.println(line);
        System.out.flush();
    }
}
